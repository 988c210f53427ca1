import { z } from "zod";
import { providerKinds, type ProviderKind } from "../connection/connection-endpoint.ts";
import { cappableParams, modelParamsSchema, paramNames, type ParamName } from "./model-params.ts";
import { aliasesOf } from "./param-aliases.ts";

/** Under which heading a form shows a param. */
const paramGroups = ["prompt", "sampling", "length", "output", "reasoning", "runtime", "custom"] as const;
type ParamGroup = (typeof paramGroups)[number];

const groups = {
  system: "prompt",
  temperature: "sampling",
  top_p: "sampling",
  top_k: "sampling",
  min_p: "sampling",
  typical_p: "sampling",
  tfs_z: "sampling",
  seed: "sampling",
  frequency_penalty: "sampling",
  presence_penalty: "sampling",
  repeat_penalty: "sampling",
  repeat_last_n: "sampling",
  penalize_newline: "sampling",
  mirostat: "sampling",
  mirostat_tau: "sampling",
  mirostat_eta: "sampling",
  logit_bias: "sampling",
  max_tokens: "length",
  stop: "length",
  num_ctx: "length",
  num_keep: "length",
  response_format: "output",
  stream: "output",
  reasoning_effort: "reasoning",
  num_batch: "runtime",
  num_gpu: "runtime",
  main_gpu: "runtime",
  num_thread: "runtime",
  draft_num_predict: "runtime",
  use_mmap: "runtime",
  use_mlock: "runtime",
  low_vram: "runtime",
  keep_alive: "runtime",
  custom_params: "custom",
} as const satisfies Record<ParamName, ParamGroup>;

/** What becomes of a param at one kind of provider, in words: a line of that provider's own table. */
export type ProviderParam = {
  readonly param: string;
  readonly becomes: string;
  readonly range: string;
  readonly since: string;
  readonly note: string;
};
export type ProviderParams = Readonly<Record<ProviderKind, readonly ProviderParam[]>>;

export const paramCatalogSchema = z.strictObject({
  params: z.array(
    z.strictObject({
      name: z.string(),
      group: z.enum(paramGroups),
      /** JSON's types; more than one where it may be written in several ways. */
      types: z.array(z.string()),
      minimum: z.number().nullable(),
      maximum: z.number().nullable(),
      /** The only values, where they are listed. */
      values: z.array(z.string()).nullable(),
      /** Whether the mode `max` means something for it. */
      isCappable: z.boolean(),
      /** Other names of the same quantity in requests and custom params. */
      aliases: z.array(z.string()),
      providers: z.array(
        z.strictObject({
          provider: z.enum(providerKinds),
          becomes: z.string(),
          range: z.string(),
          /** The version or model from which it counts; empty where it always did. */
          since: z.string(),
          note: z.string(),
        }),
      ),
    }),
  ),
});
export type ParamCatalog = z.output<typeof paramCatalogSchema>;

/** Every param that a record may set: its type and range by the schema that checks it, the rest by the providers. */
export function listParams(tables: ProviderParams): ParamCatalog {
  return {
    params: paramNames.map((name) => ({
      name,
      group: groups[name],
      ...toRange(name),
      isCappable: (cappableParams as readonly string[]).includes(name),
      aliases: [...aliasesOf(name)],
      providers: providerKinds.flatMap((provider) =>
        tables[provider].flatMap(({ param, becomes, range, since, note }) =>
          param === name ? { provider, becomes, range, since, note } : [],
        ),
      ),
    })),
  };
}

// The part of a JSON Schema that is read here.
const jsonSchemaPart = z.object({
  type: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  enum: z.array(z.string()).optional(),
});
const jsonSchema = jsonSchemaPart.extend({ anyOf: z.array(jsonSchemaPart).optional() });

function toRange(name: ParamName) {
  // What a hand-made check takes has no type here: that of custom params is an object.
  const options = { io: "input", unrepresentable: "any" } as const;
  const schema = jsonSchema.parse(z.toJSONSchema(modelParamsSchema.shape[name], options));
  const parts = schema.anyOf ?? [schema];
  const first = parts[0];
  return {
    types: [...new Set(parts.map(({ type = "object" }) => type))],
    minimum: toBound(first?.minimum),
    maximum: toBound(first?.maximum),
    values: first?.enum ?? null,
  };
}

/** A bound that only says which integers a double holds is none. */
function toBound(bound: number | undefined): number | null {
  return bound === undefined || Math.abs(bound) === Number.MAX_SAFE_INTEGER ? null : bound;
}
