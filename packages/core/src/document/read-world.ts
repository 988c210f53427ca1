import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import type { Connection } from "../connection/connection.ts";
import type { DiscoveryPolicy } from "../discovery/discovery-policy.ts";
import type { Actor, KeyScope } from "../identity/actor.ts";
import type { Group } from "../identity/user.ts";
import type { ModelRecord } from "../model/model-record.ts";
import type { Alias } from "../name/alias.ts";
import type { PrincipalNames } from "./document-access.ts";
import type { DocumentPorts, DocumentSettings } from "./document-ports.ts";
import type { ItemKind } from "./document-schema.ts";
import { listWritableRecords } from "./model-items.ts";
import type { OwnerMark } from "./owner-marks.ts";
import { principalNames } from "./principal-names.ts";

/** What is stored, as far as the actor manages it, read at one moment. */
export type World = {
  readonly actor: Actor;
  readonly snapshot: CatalogSnapshot;
  readonly names: PrincipalNames;
  /** By uid: every one that the actor may write. */
  readonly records: ReadonlyMap<string, ModelRecord>;
  /** `null`: not the actor's to manage. */
  readonly groups: readonly Group[] | null;
  readonly connections: readonly Connection[] | null;
  /** In their order. */
  readonly policies: readonly DiscoveryPolicy[] | null;
  readonly aliases: readonly Alias[] | null;
  readonly settings: DocumentSettings | null;
  readonly marks: readonly OwnerMark[];
};

export async function readWorld(
  { catalog, unitOfWork, settings }: DocumentPorts,
  actor: Actor,
): Promise<World> {
  const snapshot = catalog.current();
  const names = principalNames(snapshot, actor);
  const stored = await unitOfWork.read(async (repositories) => ({
    records: await listWritableRecords({ snapshot, actor, names }, repositories),
    groups: mayManage(actor, "group") ? await repositories.groups.list() : null,
    connections: mayManage(actor, "connection") ? await repositories.connections.list() : null,
    policies: mayManage(actor, "policy") ? await repositories.policies.list() : null,
    aliases: mayManage(actor, "alias") ? await repositories.aliases.list() : null,
    marks: await repositories.ownerMarks.list(),
  }));
  const isSettingsReader = mayManage(actor, "settings");
  return {
    actor,
    snapshot,
    names,
    ...stored,
    records: new Map(stored.records.map((record) => [record.uid, record])),
    settings: isSettingsReader ? await settings.get() : null,
  };
}

/** As the procedures of each kind have it: connections, policies and settings are for administrators who signed in. */
const scopeOf: { readonly [K in ItemKind]: KeyScope | "none" } = {
  settings: "none",
  group: "admin",
  connection: "none",
  policy: "none",
  model: "models:write",
  alias: "admin",
};

export function mayManage({ principal, credential }: Actor, kind: ItemKind): boolean {
  const scope = scopeOf[kind];
  const isInScope =
    credential.kind === "session" ||
    (scope !== "none" && (credential.scopes === "owner" || credential.scopes.has(scope)));
  return isInScope && (kind === "model" || (principal.role === "admin" && principal.status === "active"));
}

/** Sources of different people are different ones, but administrators share theirs. */
export function sourceFor({ principal }: Actor, source: string): string {
  return principal.role === "admin" ? source : `${principal.userId}:${source}`;
}
