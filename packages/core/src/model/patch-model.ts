import { DomainError } from "../error/domain-error.ts";
import type { z } from "zod";
import type { UpdateModel } from "./model-input.ts";
import { modelMetaSchema, type ModelMeta } from "./model-meta.ts";
import { modelParamsSchema, type ModelParams } from "./model-params.ts";
import type { ModelRecord } from "./model-record.ts";

/** The fields of a record that anyone who may write it can change; access and base are judged apart. */
export type PatchedFields = Pick<ModelRecord, "name" | "params" | "paramModes" | "meta" | "isActive">;

/**
 * Applies a patch, one level deep: a present field replaces its whole value, an absent one stays; `paramsPatch` and
 * `metaPatch` then set single keys, where `null` removes.
 *
 * @throws DomainError `invalid_input` when a patched key has a wrong value.
 */
export function patchModel(stored: PatchedFields, patch: UpdateModel): PatchedFields {
  return {
    name: patch.name ?? stored.name,
    params: patchKeys<ModelParams>(modelParamsSchema, {
      field: "paramsPatch",
      whole: patch.params ?? stored.params,
      keys: patch.paramsPatch,
    }),
    paramModes: patch.paramModes ?? stored.paramModes,
    meta: patchKeys<ModelMeta>(modelMetaSchema, {
      field: "metaPatch",
      whole: patch.meta === undefined ? stored.meta : keepImage(stored.meta, patch.meta),
      keys: patch.metaPatch,
    }),
    isActive: patch.isActive ?? stored.isActive,
  };
}

/** The one field of `meta` that stays when it is absent: pictures are large, and not sent again. `null` removes it. */
function keepImage(stored: ModelMeta, { profile_image_url: image, ...meta }: ModelMeta): ModelMeta {
  const kept = image === undefined ? stored.profile_image_url : image;
  return typeof kept === "string" ? { ...meta, profile_image_url: kept } : meta;
}

function patchKeys<T extends object>(
  schema: z.ZodType<T>,
  patch: {
    readonly field: string;
    readonly whole: T;
    readonly keys: Readonly<Record<string, unknown>> | undefined;
  },
): T {
  if (patch.keys === undefined) return patch.whole;
  const entries = Object.entries({ ...patch.whole, ...patch.keys }).filter(([, value]) => value !== null);
  const parsed = schema.safeParse(Object.fromEntries(entries));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => ({
    path: [patch.field, ...issue.path.map((part) => (typeof part === "symbol" ? String(part) : part))],
    message: issue.message,
  }));
  throw new DomainError("invalid_input", `${patch.field}: ${issues[0]?.message ?? "has a wrong value"}`, {
    details: { issues },
  });
}
