import { z } from "zod";
import { limits } from "../limits.ts";
import { modelIdSchema, publicNameKey } from "../model/model-id.ts";
import { modelMetaSchema, type ModelMeta } from "../model/model-meta.ts";
import {
  modelParamsSchema,
  paramModesSchema,
  type ModelParams,
  type ParamModes,
} from "../model/model-params.ts";

/**
 * What is said about every tag of one of Ollama's names at once: params, tags, capabilities and image; never name,
 * access or activation. The settings of a single tag win.
 */
export type BaseNameOverride = {
  readonly uid: string;
  /** Without a tag, as it is written: `llama3`, `lab.llama3`, `hf.co/someone/model`. */
  readonly name: string;
  readonly params: ModelParams;
  readonly paramModes: ParamModes;
  readonly meta: ModelMeta;
  /** The optimistic lock: grows by one with every write. */
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** A public name of Ollama's without its tag: the part before the colon after the last slash. */
export function untaggedName(id: string): string {
  const colon = id.lastIndexOf(":");
  return colon > id.lastIndexOf("/") ? id.slice(0, colon) : id;
}

/** Key under which a name is found from each of its tags. */
export function baseNameKey(id: string): string {
  return publicNameKey(untaggedName(id));
}

const nameSchema = modelIdSchema.refine(
  (name) => untaggedName(name) === name,
  "A base name has no tag; change the settings of the model itself for a single one.",
);

const metaShape = modelMetaSchema.shape;
/** The part of a model's meta that a base name may give. */
const baseNameMetaSchema = z.strictObject({
  tags: metaShape.tags,
  capabilities: metaShape.capabilities,
  profile_image_url: metaShape.profile_image_url,
});

/** Makes the settings of a base name (without `revision`) or replaces them. An absent field is empty. */
export const saveBaseNameSchema = z.strictObject({
  name: nameSchema,
  /** The revision that the caller has seen; absent for one that is not there yet. */
  revision: z.int().min(1).optional(),
  params: modelParamsSchema.default({}),
  paramModes: paramModesSchema.default({}),
  meta: baseNameMetaSchema.default({}),
});
export type SaveBaseName = z.output<typeof saveBaseNameSchema>;

export const deleteBaseNameSchema = z.strictObject({ name: nameSchema });

export const baseNameViewSchema = z.strictObject({
  uid: z.string(),
  name: z.string(),
  params: z.record(z.string(), z.unknown()),
  paramModes: z.record(z.string(), z.enum(["default", "fixed", "max"])),
  meta: z.record(z.string(), z.unknown()),
  revision: z.int(),
  createdAt: z.string(),
  updatedAt: z.string(),
  /** The models that it is about now, by name; the first ones of them. */
  models: z.array(z.strictObject({ uid: z.string(), id: z.string() })).max(limits.pageSizeMax),
});
export type BaseNameView = z.output<typeof baseNameViewSchema>;
