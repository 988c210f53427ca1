import { z } from "zod";
import type { Actor } from "../identity/actor.ts";
import { limits } from "../limits.ts";
import type { WriteContext } from "../model/model-service.ts";
import type { Secret } from "../secret.ts";

/** What a directory comes with, without its secret. */
export const scimTokenSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** e.g. `scim-…4f2k`, never usable. */
  masked: z.string(),
  /** Of the accounts that it makes. */
  newUserRole: z.enum(["pending", "user"]),
  createdAt: z.string(),
});
export type ScimToken = z.output<typeof scimTokenSchema>;

export const createScimTokenSchema = z.strictObject({
  name: z.string().trim().min(1).max(limits.keyNameLength),
  newUserRole: z.enum(["pending", "user"]).default("user"),
});
export type CreateScimToken = z.output<typeof createScimTokenSchema>;

/** Tokens of directories. Administrators only; every method but the last throws DomainError `access_denied` for others. */
export interface ScimTokens {
  list(actor: Actor): Promise<readonly ScimToken[]>;
  /** The only time that the secret is given out. @throws DomainError `invalid_input` beyond the number there may be. */
  create(
    actor: Actor,
    input: CreateScimToken,
    context: WriteContext,
  ): Promise<{ readonly token: ScimToken; readonly secret: Secret }>;
  /** From then on nobody comes in by it. @throws DomainError `scim_token_not_found`. */
  delete(actor: Actor, id: string, context: WriteContext): Promise<void>;
  /** @throws DomainError `unauthenticated`, `rate_limited`. */
  authenticate(request: {
    readonly authorization: string | undefined;
    readonly address: string;
  }): Promise<ScimToken>;
}
