import { canonicalJson } from "../json-equality.ts";
import type { JsonValue } from "../json.ts";
import type { MergedParams, ParamCap, ParamLayer, ParamSource } from "../model/merge-params.ts";
import type { ParamMode } from "../model/model-params.ts";

/** What counts for one param, and who said so. */
export type ParamSetting = {
  /** A param, or `custom_params.<key>`. */
  readonly name: string;
  /** `null` where only a cap or a mode is set. */
  readonly value: JsonValue;
  readonly mode: ParamMode;
  readonly source: ParamSource;
  readonly cap: ParamCap | undefined;
};

/** Everything that a merge of these levels decided, by name. */
export function listSettings(merged: MergedParams, layers: readonly ParamLayer[]): readonly ParamSetting[] {
  const { custom_params: custom = {}, ...params } = merged.params;
  const values = new Map<string, unknown>(Object.entries(params));
  const set = [...merged.origins].map(([name, { source, mode }]): ParamSetting => ({
    name,
    // safe: a param is JSON
    value: (values.get(name) ?? null) as JsonValue,
    mode,
    source,
    cap: merged.caps.get(name),
  }));
  const capped = [...merged.caps]
    .filter(([name]) => !merged.origins.has(name))
    .map(([name, cap]): ParamSetting => ({ name, value: null, mode: "max", source: cap.source, cap }));
  const customs = [...merged.customSources].map(([key, source]): ParamSetting => ({
    name: `custom_params.${key}`,
    value: custom[key] ?? null,
    mode: "default",
    source,
    cap: undefined,
  }));
  const all = withFixedPrompt([...set, ...capped, ...customs], layers);
  return all.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** A level that fixes `system` drops the callers' prompts, also where it has none itself or another one comes first. */
function withFixedPrompt(
  settings: readonly ParamSetting[],
  layers: readonly ParamLayer[],
): readonly ParamSetting[] {
  const fixing = layers.find(({ modes }) => modes.system === "fixed");
  if (fixing === undefined) return settings;
  const system = settings.find(({ name }) => name === "system");
  const value = system?.value ?? null;
  const source = system?.source ?? fixing.source;
  const fixed: ParamSetting = { name: "system", value, mode: "fixed", source, cap: undefined };
  return [...settings.filter((setting) => setting !== system), fixed];
}

export type SettingChange = {
  readonly name: string;
  readonly before: ParamSetting | undefined;
  readonly after: ParamSetting | undefined;
};

/** The params that count differently: another value, mode or cap. Who sets them may change without that. */
export function compareSettings(
  before: readonly ParamSetting[],
  after: readonly ParamSetting[],
): readonly SettingChange[] {
  const [old, now] = [byName(before), byName(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .toSorted()
    .map((name) => ({ name, before: old.get(name), after: now.get(name) }))
    .filter(({ before: one, after: other }) => meaningOf(one) !== meaningOf(other));
}

function byName(settings: readonly ParamSetting[]): ReadonlyMap<string, ParamSetting> {
  return new Map(settings.map((setting) => [setting.name, setting]));
}

function meaningOf(setting: ParamSetting | undefined): string {
  return setting === undefined ? "" : canonicalJson([setting.value, setting.mode, setting.cap?.value]);
}
