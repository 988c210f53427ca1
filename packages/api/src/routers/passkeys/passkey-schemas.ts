import { jsonObjectSchema, limits } from "@corral/core";
import { z } from "zod";

export const passkeySchema = z.strictObject({ id: z.string(), name: z.string(), createdAt: z.string() });

/** `options` is what `navigator.credentials` takes in its JSON form; `ceremony` comes back with the answer. */
export const ceremonySchema = z.strictObject({ ceremony: z.string(), options: jsonObjectSchema });

export const answerFields = {
  ceremony: z.string().regex(/^[\w.!~*'()%-]{1,512}$/u, "is not what the question came with"),
  /** The credential in its JSON form. */
  response: jsonObjectSchema,
} as const;

export const passkeyNameSchema = z.string().trim().min(1).max(limits.keyNameLength);
