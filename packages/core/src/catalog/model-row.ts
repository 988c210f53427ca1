import { z } from "zod";
import { connectionStates } from "../connection/connection-health.ts";
import { providerKinds } from "../connection/connection-endpoint.ts";
import { lifecycleViewSchema } from "../lifecycle/model-lifecycle.ts";
import { capabilityNames } from "../model/model-meta.ts";
import { modelStatuses } from "./model-status.ts";

/** A capability or limit and where it comes from: the provider said so, or a person did. */
export const resolvedCapabilitySchema = z.strictObject({
  value: z.boolean(),
  source: z.enum(["detected", "declared"]),
});

const limitSchema = z.discriminatedUnion("source", [
  z.strictObject({ source: z.literal("detected"), value: z.number() }),
  z.strictObject({ source: z.literal("unknown"), value: z.null() }),
]);
/** How much a model takes, in tokens, as its providers say; the smallest where several places differ. */
export const modelLimitsSchema = z.strictObject({ contextLength: limitSchema, maxOutputTokens: limitSchema });
export type ModelLimits = z.output<typeof modelLimitsSchema>;

/**
 * One line of a list: what a reader may know. No params, prompts or placements; `baseModelId` only for those who may
 * read the base, `connections` only for those who may see connections.
 */
export const modelRowSchema = z.strictObject({
  uid: z.string(),
  id: z.string(),
  name: z.string(),
  kind: z.enum(["base", "custom"]),
  description: z.string(),
  tags: z.array(z.string()),
  /** Unknown ones are absent. */
  capabilities: z.partialRecord(z.enum(capabilityNames), resolvedCapabilitySchema),
  contextLength: z.number().nullable(),
  provider: z.enum(providerKinds).nullable(),
  status: z.enum(modelStatuses),
  isActive: z.boolean(),
  hidden: z.boolean(),
  visibility: z.enum(["public", "private", "restricted"]),
  ownerId: z.string().nullable(),
  ownerName: z.string().nullable(),
  baseModelId: z.string().nullable(),
  mayWrite: z.boolean(),
  callable: z.boolean(),
  /** Revision of the record; `null` for a base model without one. */
  revision: z.number().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  /** Of a model that should no longer be used. */
  lifecycle: lifecycleViewSchema.nullable(),
  connections: z
    .array(z.strictObject({ uid: z.string(), name: z.string(), upstreamId: z.string() }))
    .optional(),
});
export type ModelRow = z.output<typeof modelRowSchema>;

/** Counts by value, each facet computed as if it were not filtered itself. */
const facetSchema = z.array(z.strictObject({ value: z.string(), label: z.string(), count: z.number() }));
export const modelFacetsSchema = z.strictObject({
  kind: facetSchema,
  provider: facetSchema,
  status: facetSchema,
  visibility: facetSchema,
  capability: facetSchema,
  tag: facetSchema,
  owner: facetSchema,
  connection: facetSchema.optional(),
});
export type ModelFacets = z.output<typeof modelFacetsSchema>;

/** The lamp of one connection, for those who may see connections. */
export const connectionLampSchema = z.strictObject({
  uid: z.string(),
  name: z.string(),
  state: z.enum(connectionStates),
  since: z.string(),
  errorCode: z.string().nullable(),
});

export const modelPageSchema = z.strictObject({
  rows: z.array(modelRowSchema),
  total: z.number(),
  facets: modelFacetsSchema.optional(),
  /** `<epoch>.<n>`, as in `x-corral-revision`. */
  revision: z.string(),
  /** Why the list is empty: there is nothing at all, nothing is shared with the caller, or nothing matches. */
  empty: z.enum(["no_models", "nothing_shared", "nothing_matches"]).nullable(),
  /** For administrators: how many models only administrators see. */
  administratorsOnly: z.number().optional(),
  connections: z.array(connectionLampSchema).optional(),
});
export type ModelPage = z.output<typeof modelPageSchema>;
