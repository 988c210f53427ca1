import { z } from "zod";
import { limits } from "../../limits.ts";

export const importFormats = ["open-webui", "open-webui-database", "litellm"] as const;

/** Another product's file as text, JSON or YAML; of a database, its tables as `corral import` reads them. */
export const importRequestSchema = z.strictObject({
  format: z.enum(importFormats),
  text: z.string().min(1).max(limits.importBodyBytes),
  /** All of it or nothing. */
  strict: z.boolean().default(false),
  /** The same report, and nothing is written. */
  dryRun: z.boolean().default(false),
  /** Take over objects that somebody made by hand, where the file becomes a document: a database, or LiteLLM's. */
  adopt: z.boolean().default(false),
  /** Who is behind the ids of the other installation: its user ids to e-mail addresses, its group ids to names. */
  principals: z
    .strictObject({
      users: z.record(z.string().max(320), z.string().max(320)).default({}),
      groups: z.record(z.string().max(320), z.string().max(320)).default({}),
    })
    .optional(),
});
export type ImportRequest = z.output<typeof importRequestSchema>;
