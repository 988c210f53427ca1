import { hasPermission } from "@corral/access-control";
import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { findReadable } from "../catalog/find-readable.ts";
import { DomainError } from "../error/domain-error.ts";
import { limits } from "../limits.ts";
import type { WriteContext } from "../model/model-service.ts";
import type { Secret } from "../secret.ts";
import type { Accounts, ApiKey, StoredKeyAllowList } from "./accounts.ts";
import type { Actor, ChangeAuthor, KeyScope } from "./actor.ts";
import { findActor } from "./find-actor.ts";
import type { CreateKey, UpdateKey } from "./key-input.ts";
import { assertAdministrator } from "./user-service.ts";

/** A key as its owner sees it: the models it is limited to by their names of today. */
export type OwnKey = Omit<ApiKey, "models"> & {
  readonly models: {
    /** `id` is `null` for what is gone, or what its owner may no longer see. */
    readonly entries: readonly { readonly uid: string; readonly id: string | null }[];
    readonly patterns: readonly string[];
  } | null;
};

/** Whose keys are meant: one's own when absent. */
export type KeyOwner = {
  /** For administrators: a service account; to list and to end keys, anybody. */
  readonly ownerId?: string;
};

/** API keys, one's own and those of service accounts. What a key may do is what its owner may do and its scopes and models let through, at each use. */
export interface KeyService {
  /** @throws DomainError `access_denied`, `user_not_found`. */
  list(actor: Actor, owner?: KeyOwner): Promise<readonly OwnKey[]>;
  /** @throws DomainError `access_denied`, `name_taken`, `model_not_found`, `user_not_found`, `invalid_input`. */
  create(
    actor: Actor,
    input: CreateKey & KeyOwner,
    context: WriteContext,
  ): Promise<{ apiKey: OwnKey; key: Secret }>;
  /** A present field replaces its whole value. @throws DomainError as create, `key_not_found`. */
  update(actor: Actor, input: UpdateKey & KeyOwner, context: WriteContext): Promise<OwnKey>;
  /** A new secret; the old one goes on for `overlapMinutes`. @throws DomainError `access_denied`, `key_not_found`. */
  roll(
    actor: Actor,
    input: { readonly id: string; readonly overlapMinutes: number } & KeyOwner,
    context: WriteContext,
  ): Promise<{ apiKey: OwnKey; key: Secret }>;
  /** @throws DomainError `access_denied`, `key_not_found`, `user_not_found`. */
  delete(actor: Actor, input: { readonly id: string } & KeyOwner, context: WriteContext): Promise<void>;
}

type Ports = {
  readonly accounts: Pick<Accounts, "listKeys" | "createKey" | "updateKey" | "rollKey" | "deleteKey">;
  readonly catalog: Pick<Catalog, "current">;
  readonly now: () => Date;
};

export function createKeyService(ports: Ports): KeyService {
  const { accounts } = ports;
  const present = (owner: Actor, key: ApiKey) => toOwnKey(ports.catalog.current(), owner, key);
  return {
    async list(actor, { ownerId } = {}) {
      const owner = findOwner(ports, actor, { ownerId, orPerson: true });
      const keys = await accounts.listKeys(owner.principal.userId);
      return keys.map((key) => present(owner, key));
    },
    async create(actor, { name, scopes, models, expiresAt, ownerId }, context) {
      const owner = findOwner(ports, actor, { ownerId });
      assertMayMakeKeys(actor);
      const allowList = toStored(ports.catalog.current(), owner, { models });
      assertScopes(owner, { scopes, isLimited: allowList !== null });
      const expiry = judgeExpiry(actor, expiresAt, ports.now());
      const author = authorOf(actor, context, "keys.create");
      const input = { name, scopes, models: allowList, expiresAt: expiry };
      const made = await accounts.createKey(owner.principal.userId, input, author);
      return { apiKey: present(owner, made.apiKey), key: made.key };
    },
    async update(actor, { ownerId, ...input }, context) {
      const owner = findOwner(ports, actor, { ownerId });
      const author = authorOf(actor, context, "keys.update");
      const own = { userId: owner.principal.userId, id: input.id };
      const stored = (await accounts.listKeys(own.userId)).find(({ id }) => id === input.id);
      if (stored === undefined || stored.scopes === "owner") throw new DomainError("key_not_found");
      const changes = judgeChanges(
        ports,
        { actor, owner },
        { input, stored: { ...stored, scopes: stored.scopes } },
      );
      return present(owner, await accounts.updateKey(own, changes, author));
    },
    async roll(actor, { id, overlapMinutes, ownerId }, context) {
      const owner = findOwner(ports, actor, { ownerId });
      assertMayMakeKeys(actor);
      const author = authorOf(actor, context, "keys.roll");
      const own = { userId: owner.principal.userId, id };
      const made = await accounts.rollKey(own, { overlapMs: overlapMinutes * 60_000 }, author);
      return { apiKey: present(owner, made.apiKey), key: made.key };
    },
    async delete(actor, { id, ownerId }, context) {
      const { userId } = findOwner(ports, actor, { ownerId, orPerson: true }).principal;
      const isDeleted = await accounts.deleteKey({ userId, id }, authorOf(actor, context, "keys.delete"));
      if (!isDeleted) throw new DomainError("key_not_found");
    },
  };
}

/**
 * Whose rights a key is judged by. Nobody makes a key for another person: its secret would let them act as that person.
 * A key that leaked can be ended by any administrator.
 */
function findOwner(
  { catalog }: Ports,
  actor: Actor,
  { ownerId, orPerson = false }: { readonly ownerId: string | undefined; readonly orPerson?: boolean },
): Actor {
  if (ownerId === undefined || ownerId === actor.principal.userId) return actor;
  assertAdministrator(actor);
  const owner = findActor(catalog.current(), ownerId);
  if (owner === undefined) throw new DomainError("user_not_found");
  if (orPerson || catalog.current().findUser(ownerId)?.isService === true) return owner;
  throw new DomainError("access_denied", "Keys of people are made by themselves alone.");
}

type StoredKey = Omit<ApiKey, "scopes"> & { readonly scopes: readonly KeyScope[] };

function judgeChanges(
  ports: Ports,
  { actor, owner }: { readonly actor: Actor; readonly owner: Actor },
  { input, stored }: { readonly input: UpdateKey; readonly stored: StoredKey },
) {
  const { id: _, models, expiresAt, ...others } = input;
  const allowList =
    models === undefined
      ? stored.models
      : toStored(ports.catalog.current(), owner, { models, before: stored.models });
  assertScopes(owner, { scopes: input.scopes ?? stored.scopes, isLimited: allowList !== null });
  return {
    ...others,
    ...(models !== undefined && { models: allowList }),
    ...(expiresAt !== undefined && { expiresAt: judgeExpiry(actor, expiresAt, ports.now()) }),
  };
}

function assertMayMakeKeys({ principal, permissions }: Actor): void {
  if (hasPermission(principal, "keys.create", permissions)) return;
  throw new DomainError("access_denied", "Making API keys needs the permission keys.create.");
}

/** Only what its owner may do; and one that is limited to some models cannot make others, or do what needs no model. */
function assertScopes(
  { principal, permissions }: Actor,
  { scopes, isLimited }: { readonly scopes: readonly KeyScope[]; readonly isLimited: boolean },
): void {
  const refused = scopes.filter((scope) => {
    if (scope === "admin") return principal.role !== "admin";
    return scope === "connections:read" && !hasPermission(principal, "connections.read", permissions);
  });
  if (refused.length > 0) {
    throw new DomainError(
      "access_denied",
      `You cannot give a key more than you have: ${refused.join(", ")}.`,
    );
  }
  if (isLimited && scopes.some((scope) => scope === "models:write" || scope === "admin")) {
    throw new DomainError(
      "invalid_input",
      "A key that is limited to some models can call and list them, and not have models:write or admin.",
      { details: { issues: [{ path: ["scopes"], message: "too wide for a key with an allow-list" }] } },
    );
  }
}

/** ISO 8601, or `null` for never. */
function judgeExpiry({ principal }: Actor, wanted: string | null | undefined, now: Date): string | null {
  if (wanted === undefined) return new Date(now.getTime() + limits.keyLifeMs).toISOString();
  const isAdministrator = principal.role === "admin";
  if (wanted === null && isAdministrator) return null;
  const lifeMs = wanted === null ? Number.POSITIVE_INFINITY : Date.parse(wanted) - now.getTime();
  if (lifeMs > 0 && lifeMs <= limits.keyLifeMaxMs) return wanted;
  const problem =
    lifeMs <= 0 ? "is in the past" : "is more than a year away, which only administrators may choose";
  if (lifeMs > 0 && isAdministrator) return wanted;
  throw new DomainError("invalid_input", `The end of the key ${problem}.`, {
    details: { issues: [{ path: ["expiresAt"], message: problem }] },
  });
}

/** By what the models are, not by their names. What the key already names may stay, whatever has become of it. */
function toStored(
  snapshot: CatalogSnapshot,
  actor: Actor,
  {
    models,
    before = null,
  }: { readonly models: CreateKey["models"]; readonly before?: StoredKeyAllowList | null },
): StoredKeyAllowList | null {
  if (models === null) return null;
  const known = new Set(before?.uids);
  const uids = models.ids.map((id) => {
    const named = snapshot.findByName(id) ?? snapshot.findAlias(id);
    if (named !== undefined && known.has(named.uid)) return named.uid;
    return findOwnAlias(snapshot, actor, id) ?? findReadable(snapshot, actor, id).uid;
  });
  return { uids: [...new Set(uids)], patterns: [...new Set(models.patterns)] };
}

/** An alias is there for whoever may call something behind it. */
function findOwnAlias(snapshot: CatalogSnapshot, actor: Actor, id: string): string | undefined {
  const alias = snapshot.findAlias(id);
  return alias !== undefined && snapshot.resolveAlias(actor, alias).ok ? alias.uid : undefined;
}

function toOwnKey(snapshot: CatalogSnapshot, actor: Actor, key: ApiKey): OwnKey {
  if (key.models === null) return { ...key, models: null };
  const entries = key.models.uids.map((uid) => {
    const alias = snapshot.findAliasByUid(uid);
    if (alias !== undefined) return { uid, id: snapshot.resolveAlias(actor, alias).ok ? alias.id : null };
    const entry = snapshot.findByUid(uid);
    const isSeen = entry !== undefined && snapshot.decide(actor.principal, "read", entry).allowed;
    return { uid, id: isSeen ? entry.id : null };
  });
  return { ...key, models: { entries, patterns: key.models.patterns } };
}

function authorOf(actor: Actor, { requestId }: WriteContext, action: string): ChangeAuthor {
  return { actorId: actor.principal.userId, requestId, action };
}
