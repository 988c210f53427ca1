import type { WriteContext } from "../model/model-service.ts";
import type { Actor } from "./actor.ts";

/** One place where somebody is signed in; never its token. Times are ISO 8601. */
export type SessionInfo = {
  readonly id: string;
  /** What the browser or program called itself. */
  readonly userAgent: string | null;
  /** Where the sign-in came from. */
  readonly address: string | null;
  readonly createdAt: string;
  /** To within some minutes. */
  readonly lastUsedAt: string;
  /** When it ends unless it is used. */
  readonly expiresAt: string;
  readonly isCurrent: boolean;
};

/** One's own sessions. A write returns when nobody is let in by what it ended. */
export interface Sessions {
  /** Those that live, the last used first. */
  list(actor: Actor): Promise<readonly SessionInfo[]>;
  /** @throws DomainError `session_not_found`. */
  end(actor: Actor, id: string, context: WriteContext): Promise<void>;
  /** @returns How many ended. */
  endAll(actor: Actor, options: { readonly keepsCurrent: boolean }, context: WriteContext): Promise<number>;
}
