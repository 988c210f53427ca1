import { z } from "zod";
import { instantSchema } from "../instant.ts";
import { jsonObjectSchema } from "../json.ts";
import { limits } from "../limits.ts";

/** One line: a row that was written, before and after, without secrets; or a note of what was done elsewhere. */
export const auditEntrySchema = z.strictObject({
  id: z.int(),
  /** Lines of one transaction bear one number. */
  change: z.int(),
  at: z.iso.datetime(),
  /** A person, the server itself, or somebody at the database. The name is `null` once the account is gone. */
  actor: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("user"), id: z.string(), name: z.string().nullable() }),
    z.strictObject({ kind: z.enum(["system", "database"]) }),
  ]),
  actingAs: z.string().nullable(),
  action: z.string(),
  target: z.strictObject({ kind: z.string(), uid: z.string() }),
  revision: z.int().nullable(),
  before: jsonObjectSchema.nullable(),
  after: jsonObjectSchema.nullable(),
  /** The contents are a model's that the reader may not write. */
  isWithheld: z.boolean(),
  requestId: z.string().nullable(),
  /** Number of the change that this one took back. */
  undoes: z.int().nullable(),
});
export type AuditEntry = z.output<typeof auditEntrySchema>;

/** All that is named must hold. */
export const auditQuerySchema = z
  .strictObject({
    /** Such as `record`, `connection`, `key`. */
    targetKind: z
      .string()
      .regex(/^[a-z_]{1,32}$/u, "must be a kind of object, such as record")
      .optional(),
    targetUid: z.string().min(1).max(limits.modelIdLength).optional(),
    /** A user's id, `system` or `database`. */
    actor: z.union([z.uuid(), z.enum(["system", "database"])]).optional(),
    /** Such as `models.update`; with a `*` at its end all that begin so. */
    action: z.string().min(1).max(limits.nameLength).optional(),
    from: instantSchema.optional(),
    to: instantSchema.optional(),
    /** Lines before this id: the last one of the page before. */
    before: z.int().min(1).optional(),
    limit: z.int().min(1).max(limits.pageSizeMax).default(limits.pageSize),
  })
  .prefault({});
export type AuditQuery = z.output<typeof auditQuerySchema>;

/** A line as it is stored. */
export type AuditLine = Omit<AuditEntry, "actor" | "isWithheld"> & { readonly actorId: string };
