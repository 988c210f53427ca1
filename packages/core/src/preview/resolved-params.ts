import { z } from "zod";
import { jsonValueSchema } from "../json.ts";
import { mergeParams, type ParamLayer, type ParamSource } from "../model/merge-params.ts";
import { paramModes } from "../model/model-params.ts";
import { listSettings, type ParamSetting } from "./param-settings.ts";

/** Who set a value, as one actor may know it. `withheld`: a level whose params the actor may not see. */
export const shownSourceSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("connection"), uid: z.string(), name: z.string() }),
  z.strictObject({ kind: z.literal("record"), uid: z.string(), id: z.string() }),
  z.strictObject({ kind: z.literal("request") }),
  z.strictObject({ kind: z.literal("withheld") }),
]);
export type ShownSource = z.output<typeof shownSourceSchema>;

/** One param as it counts in a call. */
export const resolvedParamSchema = z.strictObject({
  /** A param, or `custom_params.<key>`. */
  name: z.string(),
  /** `null` where nobody sets one and only `atMost` holds, and where it is withheld. */
  value: jsonValueSchema,
  mode: z.enum(paramModes),
  source: shownSourceSchema,
  /** The smallest cap of all levels, where the actor may see it. */
  atMost: z.number().nullable(),
});
export type ResolvedParam = z.output<typeof resolvedParamSchema>;

/** `null` for a level that the actor may not look into. */
export type ShowSource = (source: ParamSource) => Exclude<ShownSource, { kind: "withheld" }> | null;

/**
 * The settings of a model as one actor may see them. What a level sets that the actor may not look into is left out,
 * unless a level that they see sets it too and is overruled: then they learn that it is, and not by what.
 *
 * @param own Names that the visible levels set.
 */
export function toResolvedParams(
  settings: readonly ParamSetting[],
  show: ShowSource,
  own: ReadonlySet<string>,
): { readonly params: ResolvedParam[]; readonly withheld: number } {
  const rows = settings.map(({ name, value, mode, source, cap }): ResolvedParam | undefined => {
    const atMost = cap !== undefined && show(cap.source) !== null ? cap.value : null;
    const shown = show(source);
    if (shown !== null) return { name, value, mode, source: shown, atMost };
    if (!own.has(name)) return undefined;
    return { name, value: null, mode, source: { kind: "withheld" }, atMost };
  });
  const params = rows.filter((row) => row !== undefined);
  return { params, withheld: rows.length - params.length };
}

/** Names of what these levels set, whatever counts in the end; custom keys by their own name as well. */
export function namesSetBy(layers: readonly ParamLayer[]): ReadonlySet<string> {
  const settings = layers.flatMap((layer) => listSettings(mergeParams([layer]), [layer]));
  const keys = layers.flatMap(({ params }) => Object.keys(params.custom_params ?? {}));
  return new Set([...settings.map(({ name }) => name), ...keys]);
}
