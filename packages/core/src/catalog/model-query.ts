import { z } from "zod";
import { providerKinds } from "../connection/connection-endpoint.ts";
import { limits } from "../limits.ts";
import { capabilityNames } from "../model/model-meta.ts";
import { modelStatuses } from "./model-status.ts";

const names = z.array(z.string().min(1).max(limits.modelIdLength)).max(64);

/** What `models.list` may be asked. OR inside a list, AND across fields. */
export const modelQuerySchema = z.strictObject({
  /** Name, id and description; base id where the caller may write the row. */
  query: z.string().trim().max(limits.searchLength).optional(),
  /** `created`: the owner is the caller. `shared`: custom, not mine, readable without the administrators' bypass. */
  view: z.enum(["all", "created", "shared"]).default("all"),
  /** Any of these, compared without case. */
  tags: names.optional(),
  /** All of these. */
  tagsAll: names.optional(),
  kind: z.enum(["base", "custom"]).optional(),
  provider: z.array(z.enum(providerKinds)).optional(),
  status: z.array(z.enum(modelStatuses)).optional(),
  visibility: z.array(z.enum(["public", "private", "restricted"])).optional(),
  /** User ids. */
  owner: names.optional(),
  capability: z.array(z.enum(capabilityNames)).optional(),
  /** Connection uids; ignored for callers who may not see connections. */
  connection: names.optional(),
  sort: z.enum(["name", "created", "updated"]).default("name"),
  direction: z.enum(["asc", "desc"]).default("asc"),
  offset: z.int().min(0).max(1_000_000).default(0),
  limit: z.int().min(1).max(limits.pageSizeMax).default(limits.pageSize),
  facets: z.boolean().default(false),
});
export type ModelQuery = z.output<typeof modelQuerySchema>;
