import { z } from "zod";
import { countCodePoints } from "../code-points.ts";
import { limits } from "../limits.ts";
import { jsonValueSchema } from "../json.ts";
import { customParamsSchema } from "./custom-params.ts";
import { ollamaOptionShape } from "./ollama-options.ts";

const codePoints = (max: number) =>
  z
    .string()
    .refine(
      (text) => text.length <= max || countCodePoints(text) <= max,
      `must have at most ${max} characters`,
    );

export const systemPromptSchema = codePoints(limits.systemLength).refine(
  (text) => text.isWellFormed() && !text.includes("\u0000"),
  "must not contain NUL or half of a surrogate pair",
);

export const reasoningEfforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const;

const seedSchema = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d{1,16}$/u)
    .transform(Number)
    .pipe(z.int()),
]);

export const responseFormatSchema = z.union([
  z.strictObject({ type: z.literal("text") }),
  z.strictObject({ type: z.literal("json_object") }),
  z.strictObject({
    type: z.literal("json_schema"),
    json_schema: z.strictObject({
      name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/u),
      description: z.string().max(limits.descriptionLength).optional(),
      schema: z.record(z.string(), jsonValueSchema),
      strict: z.boolean().nullish(),
    }),
  }),
]);

const logitBiasSchema = z
  .record(z.string().regex(/^\d{1,10}$/u), z.number().min(-100).max(100))
  .refine(
    (bias) => Object.keys(bias).length <= limits.logitBiasCount,
    `at most ${limits.logitBiasCount} tokens`,
  );

/** Parameters that more than one provider understands, by their names on the wire. */
const sharedParamShape = {
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().min(0).optional(),
  min_p: z.number().min(0).max(1).optional(),
  max_tokens: z.int().min(1).optional(),
  frequency_penalty: z.number().min(-2).max(2).optional(),
  presence_penalty: z.number().min(-2).max(2).optional(),
  seed: seedSchema.optional(),
  stop: z.array(z.string().min(1)).max(limits.stopCount).optional(),
  response_format: responseFormatSchema.optional(),
  logit_bias: logitBiasSchema.optional(),
  reasoning_effort: z.enum(reasoningEfforts).optional(),
  stream: z.boolean().optional(),
} as const;

/** Parameters a request may set as well as a record. */
export const callParamShape = { ...sharedParamShape, ...ollamaOptionShape } as const;

/**
 * What a record may say about how its model is called. Absent means *not sent*, never a default of ours.
 *
 * Names are those of the wire (`max_tokens`, `num_ctx`), everywhere.
 */
export const modelParamsSchema = z.strictObject({
  ...callParamShape,
  system: systemPromptSchema.optional(),
  custom_params: customParamsSchema.optional(),
});

export type ModelParams = z.output<typeof modelParamsSchema>;
export type ParamName = keyof ModelParams;

export const paramNames = Object.keys(modelParamsSchema.shape) as readonly ParamName[]; // safe: the schema's own keys

/** How firmly a record sets a parameter: `default` gives way to later levels, `fixed` beats them, `max` caps them. */
export const paramModes = ["default", "fixed", "max"] as const;
export type ParamMode = (typeof paramModes)[number];

/** Parameters for which `max` means something: the smallest number of all levels wins. */
export const cappableParams = [
  "max_tokens",
  "temperature",
  "top_p",
  "top_k",
  "num_ctx",
] as const satisfies readonly ParamName[];

export const paramModesSchema = z
  .partialRecord(z.enum(paramNames), z.enum(paramModes))
  .superRefine((modes, context) => {
    for (const [name, mode] of Object.entries(modes)) {
      if (mode === "max" && !(cappableParams as readonly string[]).includes(name)) {
        context.addIssue({
          code: "custom",
          path: [name],
          message: `"max" applies to ${cappableParams.join(", ")} only.`,
        });
      }
    }
  });

export type ParamModes = z.output<typeof paramModesSchema>;
