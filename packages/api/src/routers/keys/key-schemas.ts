import { z } from "zod";

/** A key without its secret. */
export const apiKeySchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  masked: z.string(),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
});
