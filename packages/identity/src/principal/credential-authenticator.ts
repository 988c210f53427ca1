import {
  type Actor,
  type Authenticator,
  type Catalog,
  type CatalogChanges,
  type CatalogSnapshot,
  type Credential,
  DomainError,
  type PresentedCredential,
  type Secret,
} from "@corral/core";
import { isApiKeyText } from "../credential/api-key-text.ts";
import { hashCredential } from "../credential/hash-credential.ts";
import { unsignSessionToken } from "../credential/session-cookie.ts";
import { isSessionToken } from "../credential/session-token.ts";
import type { CredentialCache } from "./credential-cache.ts";
import type { CredentialWatch } from "./credential-watch.ts";
import type { KnownCredential } from "./known-credential.ts";
import type { UsageRecorder } from "./usage-recorder.ts";

type Options = {
  readonly catalog: Pick<Catalog, "current" | "onChange">;
  readonly secret: Secret;
  readonly cache: CredentialCache;
  readonly usage: UsageRecorder;
  readonly watch: CredentialWatch;
};

/** Whose a credential is comes from the cache; what they are and may do from the catalog, anew at each use. */
export class CredentialAuthenticator implements Authenticator, Disposable {
  readonly #options: Options;
  readonly #unsubscribe: () => void;
  /** Who stands behind credentials in one snapshot, the last that was asked of. */
  #actors: { readonly of: CatalogSnapshot; readonly known: WeakMap<KnownCredential, Actor> } | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.#unsubscribe = options.catalog.onChange((changes) => this.#apply(changes));
  }

  async authenticate(presented: PresentedCredential): Promise<Actor | null> {
    const { bearer, cookie } = presented;
    if (bearer !== undefined) return this.#identify(bearer);
    if (cookie === undefined) return null;
    const token = unsignSessionToken(cookie, this.#options.secret);
    // Whatever else somebody may have signed: a cookie carries a session, never a key.
    if (token === undefined || !isSessionToken(token)) throw unauthenticated();
    return this.#identify(token);
  }

  watch(actor: Actor, onEnd: () => void): () => void {
    return this.#options.watch.add(actor, onEnd);
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
  }

  async #identify(text: string): Promise<Actor> {
    const kind = kindOf(text);
    if (kind === undefined) throw unauthenticated();
    const credential = await this.#options.cache.find(kind, hashCredential(text));
    if (credential === undefined) throw unauthenticated();
    const actor = this.#toActor(credential);
    this.#options.usage.note(credential);
    return actor;
  }

  #toActor(credential: KnownCredential): Actor {
    const snapshot = this.#options.catalog.current();
    if (this.#actors?.of !== snapshot) this.#actors = { of: snapshot, known: new WeakMap() };
    const actor = this.#actors.known.get(credential) ?? this.#makeActor(credential, snapshot);
    this.#actors.known.set(credential, actor);
    return actor;
  }

  #makeActor(credential: KnownCredential, snapshot: CatalogSnapshot): Actor {
    const principal = snapshot.principalOf(credential.userId);
    const user = snapshot.findUser(credential.userId);
    if (user === undefined || principal?.status !== "active") throw unauthenticated();
    return {
      principal,
      permissions: snapshot.permissionsOf(credential.userId),
      name: user.name,
      email: user.email,
      credential: toCredential(credential),
    };
  }

  #apply(changes: CatalogChanges | "reload"): void {
    const { cache, watch } = this.#options;
    if (changes === "reload") {
      cache.clear();
    } else {
      for (const change of changes.changes) if (change.kind === "credential") cache.drop(change.uid);
    }
    watch.noteChanges(changes);
  }
}

/** Everything else is no credential of ours, and costs neither a hash nor a query, however long it is. */
function kindOf(text: string): KnownCredential["kind"] | undefined {
  if (isSessionToken(text)) return "session";
  return isApiKeyText(text) ? "key" : undefined;
}

function toCredential(known: KnownCredential): Credential {
  return known.kind === "session"
    ? { kind: "session", sessionId: known.id }
    : { kind: "key", keyId: known.id, name: known.name, scopes: known.scopes, models: known.models };
}

/** The same words whatever is wrong. */
function unauthenticated(): DomainError {
  return new DomainError("unauthenticated");
}
