import { z } from "zod";
import type { CatalogEntry } from "../catalog/catalog-snapshot.ts";
import { findReadable, unknownModel } from "../catalog/find-readable.ts";
import type { Committed } from "../database/unit-of-work.ts";
import type { Actor } from "../identity/actor.ts";
import { createModel } from "./create-model.ts";
import { modelIdSchema, newModelIdSchema } from "./model-id.ts";
import { modelNameSchema, type CreateModel } from "./model-input.ts";
import type { ModelMeta } from "./model-meta.ts";
import type { ModelPorts, Writer } from "./model-ports.ts";
import type { ModelRecord } from "./model-record.ts";
import { recordUidOf, withRecord } from "./writable-entry.ts";

export const cloneModelSchema = z.strictObject({
  /** The model to copy: a custom model, or a provider's own. */
  id: modelIdSchema,
  newId: newModelIdSchema,
  /** Absent: the name of the model that is copied. */
  name: modelNameSchema.optional(),
});
export type CloneModel = z.output<typeof cloneModelSchema>;

/**
 * Makes a private custom model of the caller's own from another one.
 *
 * Whoever may write the source, and read its base, gets a copy: the same base, params, prompt and image. For everyone
 * else params stay what the source's writers see, so theirs is a new model *over* the source, with what readers see of
 * it. Grants are never copied.
 *
 * @throws DomainError `model_not_found` for a source that the caller may not read, and as a creation.
 */
export async function cloneModel(
  ports: ModelPorts,
  writer: Writer,
  input: CloneModel,
): Promise<Committed<void>> {
  const entry = findReadable(ports.catalog.current(), writer.actor, input.id);
  const uid = recordUidOf(entry);
  const stored =
    uid === undefined ? undefined : await ports.unitOfWork.read(({ models }) => models.find(uid));
  // Decided again on what was read: it may be newer than the snapshot.
  const source = stored === undefined ? entry : withRecord(entry, stored);
  if (!ports.catalog.current().decide(writer.actor.principal, "read", source).allowed)
    throw unknownModel(input.id);
  const copied = findCopy(ports, writer.actor, { source, stored });
  return createModel(ports, writer, {
    id: input.newId,
    name: input.name ?? stored?.name ?? entry.id,
    isActive: true,
    ...(copied ?? builtUpon(entry, stored?.meta ?? {})),
  });
}

type Content = Pick<CreateModel, "baseModelId" | "params" | "paramModes" | "meta">;

function findCopy(
  { catalog }: ModelPorts,
  { principal }: Actor,
  { source, stored }: { readonly source: CatalogEntry; readonly stored: ModelRecord | undefined },
): Content | undefined {
  const snapshot = catalog.current();
  if (stored?.kind !== "custom" || !snapshot.decide(principal, "write", source).allowed) return undefined;
  const base = stored.base === null ? undefined : snapshot.findByUid(stored.base.uid);
  if (base === undefined || !snapshot.decide(principal, "read", base).allowed) return undefined;
  const { params, paramModes, meta } = stored;
  return { baseModelId: modelIdSchema.parse(base.id), params, paramModes, meta };
}

/** What is set below counts for the new model too; copying it would only freeze it. */
function builtUpon(entry: CatalogEntry, meta: ModelMeta): Content {
  const { description, tags, suggestion_prompts, profile_image_url } = meta;
  const suggestions = suggestion_prompts?.map(({ content }) => ({ content }));
  const shown = { description, tags, suggestion_prompts: suggestions, profile_image_url };
  return {
    baseModelId: modelIdSchema.parse(entry.id),
    params: {},
    paramModes: {},
    meta: Object.fromEntries(
      Object.entries(shown).filter(([, value]) => value !== undefined && value !== null),
    ),
  };
}
