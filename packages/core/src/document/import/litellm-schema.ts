import { z } from "zod";

/*
 * LiteLLM's `config.yaml`, as far as it means something here. Loose: what is not named is reported, not refused.
 * See https://docs.litellm.ai/docs/proxy/configs.
 */

const text = z.string().trim().min(1);

export const litellmParamsSchema = z.looseObject({
  /** `<provider>/<model>`; without a provider it is OpenAI's. */
  model: text,
  api_base: text.nullish(),
  base_url: text.nullish(),
  api_key: text.nullish(),
  api_version: z.union([text, z.number().transform(String)]).nullish(),
  custom_llm_provider: text.nullish(),
  extra_headers: z.record(z.string(), z.union([z.string(), z.number().transform(String)])).nullish(),
  extra_body: z.record(z.string(), z.unknown()).nullish(),
});

export const litellmModelSchema = z.looseObject({
  model_name: text,
  litellm_params: litellmParamsSchema,
  model_info: z.looseObject({ base_model: text.nullish() }).nullish(),
});
export type LitellmModel = z.output<typeof litellmModelSchema>;

export const litellmConfigSchema = z.looseObject({ model_list: z.array(z.unknown()).max(10_000) });
