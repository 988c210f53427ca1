import { DomainError } from "@corral/core";
import { LRUCache } from "lru-cache";
import type { CredentialStore } from "./credential-store.ts";
import { isAlive, type KnownCredential } from "./known-credential.ts";

const negativeMs = 5_000;
/** Lookups under way at once. Guesses beyond it are turned away, what is remembered is served all the same. */
const lookupsAtOnce = 256;

/**
 * Remembers who is behind a credential, by its whole SHA-256. A hit costs no query; what changes must be dropped by
 * id before the change is acknowledged.
 */
export class CredentialCache {
  readonly #store: Pick<CredentialStore, "find">;
  readonly #now: () => number;
  readonly #known: LRUCache<string, KnownCredential>;
  readonly #unknownUntil: LRUCache<string, number>;
  readonly #hashes = new Map<string, string>();
  readonly #lookups = new Map<string, Promise<KnownCredential | undefined>>();
  #drops = 0;

  constructor(options: {
    readonly store: Pick<CredentialStore, "find">;
    readonly now: () => number;
    readonly maxEntries: number;
  }) {
    this.#store = options.store;
    this.#now = options.now;
    this.#unknownUntil = new LRUCache({ max: options.maxEntries });
    this.#known = new LRUCache({
      max: options.maxEntries,
      dispose: ({ id }) => this.#hashes.delete(id),
    });
  }

  /** @throws DomainError `database_unavailable`, `overloaded`. */
  async find(kind: KnownCredential["kind"], hash: string): Promise<KnownCredential | undefined> {
    const known = this.#known.get(hash);
    // One that seems expired is read again: another process may have seen it used.
    if (known !== undefined && isAlive(known, this.#now())) return known;
    if ((this.#unknownUntil.get(hash) ?? 0) > this.#now()) return undefined;
    return this.#lookups.get(hash) ?? this.#lookUp(kind, hash);
  }

  /** What is remembered of a session or key. */
  peek(id: string): KnownCredential | undefined {
    const hash = this.#hashes.get(id);
    return hash === undefined ? undefined : this.#known.peek(hash);
  }

  /** Forgets a session or key, and what any lookup under way may find: it may have read the old state. */
  drop(id: string): void {
    this.#forgetLookups();
    const hash = this.#hashes.get(id);
    if (hash !== undefined) this.#known.delete(hash);
  }

  clear(): void {
    this.#forgetLookups();
    this.#known.clear();
    this.#unknownUntil.clear();
  }

  #forgetLookups(): void {
    this.#drops += 1;
    this.#lookups.clear();
  }

  async #lookUp(kind: KnownCredential["kind"], hash: string): Promise<KnownCredential | undefined> {
    if (this.#lookups.size >= lookupsAtOnce) {
      throw new DomainError("overloaded", "Too many credentials are being looked up.", {
        details: { retryAfterMs: 1_000 },
      });
    }
    const lookup = this.#read(kind, hash);
    this.#lookups.set(hash, lookup);
    try {
      return await lookup;
    } finally {
      if (this.#lookups.get(hash) === lookup) this.#lookups.delete(hash);
    }
  }

  async #read(kind: KnownCredential["kind"], hash: string): Promise<KnownCredential | undefined> {
    const drops = this.#drops;
    const found = await this.#store.find(kind, hash);
    const alive = found !== undefined && isAlive(found, this.#now()) ? found : undefined;
    if (drops === this.#drops) this.#remember(hash, alive);
    return alive;
  }

  #remember(hash: string, credential: KnownCredential | undefined): void {
    if (credential === undefined) {
      this.#unknownUntil.set(hash, this.#now() + negativeMs);
      return;
    }
    this.#known.set(hash, credential);
    this.#hashes.set(credential.id, hash);
  }
}
