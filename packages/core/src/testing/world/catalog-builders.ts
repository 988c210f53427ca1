import type { Permission } from "@corral/access-control";
import type { ConnectionHealth, ConnectionState, HealthBoard } from "../../connection/connection-health.ts";
import type { Actor, Credential, KeyScope } from "../../identity/actor.ts";
import type { BaseModel, Placement } from "../../model/base-model.ts";
import type { CatalogSnapshot } from "../../catalog/catalog-snapshot.ts";
import type {
  CatalogAlias,
  CatalogAliasTarget,
  CatalogConnection,
  CatalogCustom,
  CatalogOverride,
  CatalogState,
  CatalogUser,
} from "../../catalog/catalog-state.ts";
import { modelQuerySchema, type ModelQuery } from "../../catalog/model-query.ts";

const time = "2026-01-01T00:00:00.000Z";

export function aConnection(uid: string, given: Partial<CatalogConnection> = {}): CatalogConnection {
  return {
    uid,
    slug: uid,
    name: `Connection ${uid}`,
    provider: "ollama",
    enabled: true,
    tags: [],
    connectionType: "local",
    defaultVisibility: { kind: "public" },
    position: 0,
    revision: 1,
    ...given,
  };
}

export function aPlacement(connectionUid: string, given: Partial<Placement> = {}): Placement {
  return {
    uid: `placement-${connectionUid}`,
    connectionUid,
    upstreamId: `upstream-${connectionUid}`,
    facts: {},
    missingSince: null,
    ...given,
  };
}

/** Served by connection `one`. */
export function aBase(uid: string, given: Partial<BaseModel> = {}): BaseModel {
  return {
    uid,
    id: uid,
    shadowed: false,
    placements: [aPlacement("one")],
    firstSeenAt: time,
    changedAt: time,
    ...given,
  };
}

const record = {
  description: "",
  tags: [],
  capabilities: {},
  hidden: false,
  isActive: true,
  createdBy: null,
  revision: 1,
  createdAt: time,
  updatedAt: time,
} as const;

export function anOverride(baseUid: string, given: Partial<CatalogOverride> = {}): CatalogOverride {
  const uid = `override-${baseUid}`;
  return {
    ...record,
    kind: "override",
    uid,
    id: baseUid,
    name: baseUid,
    baseUid,
    access: { kind: "inherit" },
    ...given,
  };
}

/** Public, made by `ann`, built on base `llama` and needing no right to it. */
export function aCustom(uid: string, given: Partial<CatalogCustom> = {}): CatalogCustom {
  return {
    ...record,
    kind: "custom",
    uid,
    id: uid,
    name: uid,
    access: { kind: "public" },
    ownerId: "ann",
    base: { kind: "base", uid: "llama" },
    baseId: "llama",
    baseAccess: { kind: "delegate", by: null },
    ...given,
  };
}

export function anAlias(
  uid: string,
  targets: readonly CatalogAliasTarget[],
  given: Partial<CatalogAlias> = {},
): CatalogAlias {
  return {
    kind: "alias",
    uid,
    id: uid,
    keys: [uid],
    description: "",
    targets,
    revision: 1,
    createdAt: time,
    updatedAt: time,
    ...given,
  };
}

export function aUser(id: string, given: Partial<CatalogUser> = {}): CatalogUser {
  return {
    id,
    name: `Name of ${id}`,
    email: `${id}@example.test`,
    role: "user",
    status: "active",
    groupIds: [],
    ...given,
  };
}

/** Administrator `root`, members `ann` and `bob`, group `team`, connection `one`, base `llama` on it. */
export function aState(given: Partial<CatalogState> = {}): CatalogState {
  return {
    revision: { epoch: "e1", change: 10, catalog: 7 },
    settings: { adminBypass: true, memberPermissions: [] },
    connections: [aConnection("one")],
    bases: [aBase("llama")],
    records: [],
    aliases: [],
    lifecycles: [],
    users: [aUser("root", { role: "admin" }), aUser("ann"), aUser("bob", { groupIds: ["team"] })],
    groups: [{ id: "team", name: "Team" }],
    ...given,
  };
}

export function anActor(
  snapshot: CatalogSnapshot,
  userId: string,
  given: { readonly permissions?: readonly Permission[]; readonly scopes?: readonly KeyScope[] } = {},
): Actor {
  const principal = snapshot.principalOf(userId);
  if (principal === undefined) throw new Error(`No user ${userId}.`);
  const credential: Credential =
    given.scopes === undefined
      ? { kind: "session", sessionId: "session" }
      : { kind: "key", keyId: "key", name: "key", scopes: new Set(given.scopes), models: null };
  return { principal, permissions: new Set(given.permissions), name: userId, email: "", credential };
}

/** Every connection is ready but those named. */
export function aBoard(states: Readonly<Record<string, ConnectionState>> = {}, epoch = 1): HealthBoard {
  return {
    epoch,
    of: (connectionUid): ConnectionHealth => ({
      connectionUid,
      state: states[connectionUid] ?? "ready",
      since: time,
      errorCode: null,
      errorMessage: null,
      latencyMs: null,
      lastSuccessAt: time,
      modelCount: 1,
    }),
  };
}

export function aQuery(given: Partial<ModelQuery> = {}): ModelQuery {
  return { ...modelQuerySchema.parse({}), ...given };
}
