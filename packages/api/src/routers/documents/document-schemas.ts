import { limits } from "@corral/core";
import { z } from "zod";

/** A document and how far it may go. */
export const planFields = {
  /** JSON, or YAML up to 8 MiB. */
  text: z.string().min(1).max(limits.importBodyBytes),
  /** Take over what was made by hand or by another document. */
  adopt: z.boolean().default(false),
  /** Delete what this document made and speaks of no longer. */
  prune: z.boolean().default(false),
  /** Delete also what others are built on, and settings that keep people out. */
  force: z.boolean().default(false),
} as const;
