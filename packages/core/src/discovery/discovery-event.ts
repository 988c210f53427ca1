import { z } from "zod";
import { jsonValueSchema } from "../json.ts";
import { limits } from "../limits.ts";

/** What a listing of a connection can differ in from the one before. */
export const discoveryEventKinds = ["new", "changed", "gone_upstream", "back"] as const;
export type DiscoveryEventKind = (typeof discoveryEventKinds)[number];

/** One model on one connection, at the moment when a listing showed a difference. */
export const discoveryEventSchema = z.strictObject({
  /** Grows with time. */
  id: z.int(),
  at: z.iso.datetime(),
  kind: z.enum(discoveryEventKinds),
  connectionUid: z.string(),
  /** The base model, which may be gone by now. */
  baseUid: z.string(),
  upstreamId: z.string(),
  /** Public name at that time. */
  modelId: z.string(),
  /** Of `changed`: the facts that differ. `null` is unknown. */
  changes: z.array(z.strictObject({ fact: z.string(), before: jsonValueSchema, after: jsonValueSchema })),
});
export type DiscoveryEvent = z.output<typeof discoveryEventSchema>;

export const discoveryEventQuerySchema = z
  .strictObject({
    connectionUid: z.uuid().optional(),
    kinds: z.array(z.enum(discoveryEventKinds)).min(1).max(discoveryEventKinds.length).optional(),
    /** Events before this id: the last one of the page before. */
    before: z.int().min(1).optional(),
    limit: z.int().min(1).max(limits.pageSizeMax).default(limits.pageSize),
  })
  .prefault({});
export type DiscoveryEventQuery = z.output<typeof discoveryEventQuerySchema>;
