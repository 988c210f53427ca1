import type { JsonObject } from "../../json.ts";
import { jsonObjectSchema } from "../../json.ts";
import { toKnownParam } from "../../model/param-aliases.ts";
import type { LitellmModel } from "./litellm-schema.ts";
import { readOpenWebUIParams } from "./open-webui-params.ts";

const placeKeys: ReadonlySet<string> = new Set([
  "model",
  "api_base",
  "base_url",
  "api_key",
  "api_version",
  "custom_llm_provider",
  "extra_headers",
  "extra_body",
]);

/** What an entry says about how its model is called. */
export type EntrySettings = {
  readonly params: Readonly<Record<string, unknown>>;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
};

/** Params that we know are kept; limits, prices, retries and the like belong to LiteLLM's router, and are told. */
export function readSettings(entry: LitellmModel): EntrySettings {
  const { litellm_params: raw, model_info: info, model_name: _name, ...others } = entry;
  const rest =
    jsonObjectSchema.safeParse(
      Object.fromEntries(Object.entries(raw).filter(([name]) => !placeKeys.has(name))),
    ).data ?? {};
  const known = Object.entries(rest).filter(
    ([name, value]) => name === "system" || toKnownParam(name, value) !== undefined,
  );
  const unknown = Object.keys(rest).filter((name) => !known.some(([other]) => other === name));
  const body = jsonObjectSchema.safeParse(raw.extra_body ?? {}).data ?? {};
  const custom: JsonObject = Object.keys(body).length === 0 ? {} : { custom_params: body };
  const { params, notes } = readOpenWebUIParams({ ...Object.fromEntries(known), ...custom });
  return {
    params,
    meta: readInfo(info),
    notes: [
      ...notes,
      ...[
        ...unknown.map((name) => `litellm_params.${name}`),
        ...["id", "mode"].flatMap((name) => ((info?.[name] ?? null) === null ? [] : `model_info.${name}`)),
        ...Object.keys(others),
      ].map((path) => `${path}: has no counterpart here and was left out.`),
    ],
  };
}

const capabilityOf = {
  supports_vision: "vision",
  supports_function_calling: "tools",
  supports_reasoning: "thinking",
} as const;

function readInfo(info: LitellmModel["model_info"]): Readonly<Record<string, unknown>> {
  if (!info) return {};
  const capabilities = Object.entries(capabilityOf).flatMap(([name, capability]) => {
    const value = info[name];
    return typeof value === "boolean" ? [[capability, value] as const] : [];
  });
  const rest = jsonObjectSchema.safeParse(info).data ?? {};
  const { id: _id, base_model: _base, mode: _mode, ...kept } = rest;
  const extra = Object.fromEntries(Object.entries(kept).filter(([name]) => !(name in capabilityOf)));
  return {
    ...(capabilities.length > 0 && { capabilities: Object.fromEntries(capabilities) }),
    ...(Object.keys(extra).length > 0 && { extra: { litellm_model_info: extra } }),
  };
}
