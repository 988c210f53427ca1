import { z } from "zod";
import { countCodePoints } from "../code-points.ts";
import { instantSchema } from "../instant.ts";
import { limits } from "../limits.ts";
import { modelIdSchema } from "../model/model-id.ts";
import { keyScopes } from "./actor.ts";

const name = z
  .string()
  .trim()
  .min(1)
  .refine(
    (text) => countCodePoints(text) <= limits.keyNameLength,
    `A name has at most ${limits.keyNameLength} characters.`,
  );
const pattern = z.string().trim().min(1).max(limits.modelIdLength);

/** The only models that a key may name, by their public names and by patterns with `*`. */
const allowList = z
  .strictObject({
    ids: z.array(modelIdSchema).max(limits.keyModels).default([]),
    patterns: z.array(pattern).max(limits.keyPatterns).default([]),
  })
  .refine(
    ({ ids, patterns }) => ids.length + patterns.length > 0,
    "Name a model or a pattern, or send null.",
  );

const fields = {
  name,
  scopes: z.array(z.enum(keyScopes)).min(1),
  models: allowList.nullable(),
  /** ISO 8601; `null`: never, for administrators. */
  expiresAt: instantSchema.nullable(),
};

/** Without a word on it, a key calls and lists models for 90 days. */
export const createKeySchema = z.strictObject({
  name,
  scopes: fields.scopes.default(["gateway:invoke", "models:read"]),
  models: fields.models.default(null),
  expiresAt: fields.expiresAt.optional(),
});
export type CreateKey = z.output<typeof createKeySchema>;

export const updateKeySchema = z.strictObject({ id: z.uuid(), ...z.strictObject(fields).partial().shape });
/** A present field replaces its whole value. */
export type UpdateKey = {
  readonly id: string;
  readonly name?: string;
  readonly scopes?: CreateKey["scopes"];
  readonly models?: CreateKey["models"];
  readonly expiresAt?: string | null;
};
