import { type Actor, type Catalog, DomainError, limits, type SessionInfo, type Sessions } from "@corral/core";
import { type IdentityDatabase, writeAs } from "../database/identity-database.ts";
import { withIdentityErrors } from "../database/to-identity-error.ts";
import { acknowledged } from "./acknowledged.ts";

type Options = {
  readonly database: IdentityDatabase;
  readonly catalog: Pick<Catalog, "acknowledge">;
  readonly now: () => number;
};
type Context = { readonly requestId: string };

/** {@link Sessions} on better-auth's table. */
export class OwnSessions implements Sessions {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  async list({ principal, credential }: Actor): Promise<readonly SessionInfo[]> {
    const { database, now } = this.#options;
    const rows = await withIdentityErrors(async () =>
      database
        .selectFrom("sessions")
        .select(["id", "userAgent", "ipAddress", "createdAt", "updatedAt", "expiresAt"])
        .where("userId", "=", principal.userId)
        .where("expiresAt", ">", new Date(now()))
        .where("createdAt", ">", new Date(now() - limits.sessionAbsoluteMs))
        .orderBy("updatedAt", "desc")
        .orderBy("id")
        .limit(limits.shownSessions)
        .execute(),
    );
    const currentId = credential.kind === "session" ? credential.sessionId : undefined;
    return rows.map((row) => ({
      id: row.id,
      userAgent: row.userAgent,
      address: row.ipAddress,
      createdAt: row.createdAt.toISOString(),
      lastUsedAt: row.updatedAt.toISOString(),
      expiresAt: row.expiresAt.toISOString(),
      isCurrent: row.id === currentId,
    }));
  }

  async end(actor: Actor, id: string, context: Context): Promise<void> {
    const ended = await this.#end(actor, { ...context, action: "auth.endSession", only: id });
    if (ended === 0) throw new DomainError("session_not_found");
  }

  async endAll(
    actor: Actor,
    { keepsCurrent }: { readonly keepsCurrent: boolean },
    context: Context,
  ): Promise<number> {
    const { credential } = actor;
    const kept = keepsCurrent && credential.kind === "session" ? { but: credential.sessionId } : {};
    return this.#end(actor, { ...context, action: "auth.signOutEverywhere", ...kept });
  }

  async #end(
    { principal }: Actor,
    { requestId, action, only, but }: Context & { action: string; only?: string; but?: string },
  ): Promise<number> {
    const { userId } = principal;
    return acknowledged(this.#options, async () =>
      writeAs(this.#options.database, { actorId: userId, requestId, action }, async (transaction) => {
        let sessions = transaction.deleteFrom("sessions").where("userId", "=", userId);
        if (only !== undefined) sessions = sessions.where("id", "=", only);
        if (but !== undefined) sessions = sessions.where("id", "<>", but);
        return Number((await sessions.executeTakeFirst()).numDeletedRows);
      }),
    );
  }
}
