import { limits } from "@corral/core";
import { z } from "zod";

export const groupSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  /** All for administrators; for members only their own id. */
  memberIds: z.array(z.string()),
  createdAt: z.string(),
});

export const groupFields = {
  name: z
    .string()
    .transform((name) => name.normalize("NFC").trim())
    .pipe(z.string().min(1).max(limits.nameLength)),
  description: z.string().max(limits.descriptionLength),
  memberIds: z.array(z.uuid()).max(10_000),
} as const;
