import type { Actor, Catalog, CatalogChanges } from "@corral/core";
import { roles, type Role } from "@corral/access-control";
import type { IdentityLog } from "../identity-log.ts";
import type { CredentialCache } from "./credential-cache.ts";
import type { CredentialStore } from "./credential-store.ts";
import { isAlive, type KnownCredential } from "./known-credential.ts";

const sweepEveryMs = 1_000;

type Watched = {
  readonly kind: KnownCredential["kind"];
  readonly id: string;
  readonly userId: string;
  readonly role: Role;
  readonly onEnd: () => void;
  /** From when on only the database knows whether the credential lives. */
  checkAt: number;
  isChanged: boolean;
};

type Options = {
  readonly catalog: Pick<Catalog, "current">;
  readonly cache: Pick<CredentialCache, "peek">;
  readonly store: Pick<CredentialStore, "listById">;
  readonly log: IdentityLog;
  readonly now: () => number;
};

/** Tells running answers and subscriptions that their session, key or account has ended, or has lost its role. */
export class CredentialWatch implements Disposable {
  readonly #options: Options;
  readonly #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | undefined;
  #sweeping = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** @returns What ends the watch. */
  add(actor: Actor, onEnd: () => void): () => void {
    const { kind } = actor.credential;
    const id = actor.credential.kind === "session" ? actor.credential.sessionId : actor.credential.keyId;
    const { userId, role } = actor.principal;
    const watched: Watched = { kind, id, userId, role, onEnd, checkAt: this.#expiryOf(id), isChanged: false };
    this.#watched.add(watched);
    this.#timer ??= setInterval(() => void this.sweep(), sweepEveryMs).unref();
    return () => this.#remove(watched);
  }

  /** What changed must be asked for again: a key may only have been renamed. */
  noteChanges(changes: CatalogChanges | "reload"): void {
    if (this.#watched.size === 0) return;
    const ids =
      changes === "reload" ? undefined : new Set(changes.changes.filter(isCredential).map(({ uid }) => uid));
    for (const watched of this.#watched) {
      if (ids !== undefined && !ids.has(watched.id)) continue;
      watched.checkAt = 0;
      watched.isChanged = true;
    }
    void this.sweep();
  }

  /** Ends what is dead. Never rejects; what cannot be asked for now is asked for a second later. */
  async sweep(): Promise<void> {
    this.#endLostAccounts();
    const due = [...this.#watched].filter(({ checkAt }) => checkAt <= this.#options.now());
    for (const watched of due) watched.checkAt = this.#expiryOf(watched.id);
    const unclear = due.filter(({ checkAt }) => checkAt <= this.#options.now());
    if (unclear.length === 0 || this.#sweeping) return;
    this.#sweeping = true;
    try {
      await this.#check(unclear);
    } catch (error) {
      this.#options.log.warn({ err: error }, "Could not check the credentials of running requests.");
    } finally {
      this.#sweeping = false;
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#watched.clear();
  }

  /** `0` when the cache does not know it. */
  #expiryOf(id: string): number {
    const known = this.#options.cache.peek(id);
    return known === undefined ? 0 : Math.min(known.expiresAt, known.endsAt);
  }

  #endLostAccounts(): void {
    const snapshot = this.#options.catalog.current();
    for (const watched of this.#watched) {
      const principal = snapshot.principalOf(watched.userId);
      const isWeaker = principal !== undefined && roles.indexOf(principal.role) < roles.indexOf(watched.role);
      if (principal?.status !== "active" || isWeaker) this.#end(watched);
    }
  }

  async #check(due: readonly Watched[]): Promise<void> {
    const idsOf = (kind: KnownCredential["kind"]) =>
      due.filter((one) => one.kind === kind).map(({ id }) => id);
    for (const watched of due) watched.isChanged = false;
    const found = await this.#options.store.listById({ session: idsOf("session"), key: idsOf("key") });
    for (const watched of due) {
      const credential = found.get(watched.id);
      if (credential === undefined || !isAlive(credential, this.#options.now())) this.#end(watched);
      // What changed during the query stays due.
      else if (!watched.isChanged) watched.checkAt = Math.min(credential.expiresAt, credential.endsAt);
    }
  }

  #end(watched: Watched): void {
    if (!this.#watched.has(watched)) return;
    this.#remove(watched);
    watched.onEnd();
  }

  #remove(watched: Watched): void {
    this.#watched.delete(watched);
    if (this.#watched.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function isCredential(
  change: CatalogChanges["changes"][number],
): change is Extract<typeof change, { kind: "credential" }> {
  return change.kind === "credential";
}
