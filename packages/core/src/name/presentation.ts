import { z } from "zod";
import { limits } from "../limits.ts";
import { modelIdSchema } from "../model/model-id.ts";

/** Which models are offered first, by uid: whatever their names become. What is deleted since counts as absent. */
export type ModelPresentation = {
  /** The optimistic lock; 0 until somebody writes. */
  readonly revision: number;
  readonly defaultUid: string | null;
  readonly pinnedUids: readonly string[];
  readonly orderUids: readonly string[];
};

export const noPresentation: ModelPresentation = {
  revision: 0,
  defaultUid: null,
  pinnedUids: [],
  orderUids: [],
};

/** What a stored value means; one that cannot be read means nothing. */
export const storedPresentationSchema = z.object({
  revision: z.int().min(0),
  defaultUid: z.string().nullable(),
  pinnedUids: z.array(z.string()).transform((uids) => [...new Set(uids)]),
  orderUids: z.array(z.string()).transform((uids) => [...new Set(uids)]),
});

/** A field that is present replaces its whole value. Models and aliases, by their names. */
export const updatePresentationSchema = z.strictObject({
  revision: z.int().min(0),
  default: modelIdSchema.nullable().optional(),
  pinned: z.array(modelIdSchema).max(limits.pinnedModels).optional(),
  order: z.array(modelIdSchema).max(limits.orderedModels).optional(),
});
export type UpdatePresentation = z.output<typeof updatePresentationSchema>;

const presentedSchema = z.strictObject({ uid: z.string(), id: z.string() });

/** As one caller may see it: what is not for them is left out. */
export const presentationViewSchema = z.strictObject({
  /** For the next update; to administrators. */
  revision: z.int().nullable(),
  /** `null` also where the caller may not call it. */
  default: presentedSchema.nullable(),
  pinned: z.array(presentedSchema),
  order: z.array(presentedSchema),
});
export type PresentationView = z.output<typeof presentationViewSchema>;

export interface PresentationRepository {
  get(): Promise<ModelPresentation>;
  /** Replaces it. @throws DomainError `revision_conflict` with the current one. */
  save(presentation: ModelPresentation): Promise<ModelPresentation>;
}
