import { accessControlWireSchema, fromWire, type Grants } from "@corral/access-control";
import { isDomainError } from "../../error/domain-error.ts";
import type { DocumentAccess, NamedGrants } from "../document-access.ts";
import { listed, type OpenWebUIPeople } from "./open-webui-people.ts";
import {
  readJsonColumn,
  type OpenWebUIGrantRow,
  type OpenWebUIModelRow,
  type OpenWebUITables,
} from "./open-webui-tables.ts";

/** Who may use a model as the other database says it, by its own ids. */
export type Shares = {
  readonly everyone: "nobody" | "read" | "write";
  readonly read: Grants;
  readonly write: Grants;
  readonly notes: readonly string[];
};

const nobody: Grants = { userIds: [], groupIds: [] };
const none: Shares = { everyone: "nobody", read: nobody, write: nobody, notes: [] };

/** By model: grants of the newer versions, the column of the older. Where neither is, nobody's but the owner's. */
export function readShares({ tables }: OpenWebUITables): (row: OpenWebUIModelRow) => Shares {
  if (tables.access_grant === undefined) return readControl;
  const grants = Map.groupBy(tables.access_grant, ({ resource_id: id }) => id);
  return ({ id }) => readGrants(grants.get(id ?? "") ?? []);
}

function readControl({ access_control: text }: OpenWebUIModelRow): Shares {
  if (text === undefined) return none;
  try {
    const said = fromWire(accessControlWireSchema.parse(readJsonColumn("access_control", text)));
    if (said.kind === "public") return { ...none, everyone: "read" };
    return said.kind === "private" ? none : { ...none, read: said.read, write: said.write };
  } catch (error) {
    const why = isDomainError(error) ? error.message : "access_control: has a form that means nothing.";
    return { ...none, notes: [`${why} The model is private.`] };
  }
}

function readGrants(rows: readonly OpenWebUIGrantRow[]): Shares {
  const of = (permission: string): Grants => {
    const named = rows.filter((row) => row.permission === permission && row.principal_id !== "*");
    const ids = (type: string) =>
      named.filter((row) => row.principal_type === type).map((row) => row.principal_id);
    return { userIds: ids("user"), groupIds: ids("group") };
  };
  const isForEveryone = (permission: string) =>
    rows.some(
      (row) => row.permission === permission && row.principal_type === "user" && row.principal_id === "*",
    );
  const strange = rows.filter(
    ({ principal_type: type, permission }) =>
      !["user", "group"].includes(type) || !["read", "write"].includes(permission),
  );
  const kinds = new Set(strange.map(({ principal_type: type, permission }) => `${type} ${permission}`));
  return {
    everyone: isForEveryone("write") ? "write" : isForEveryone("read") ? "read" : "nobody",
    read: of("read"),
    write: of("write"),
    notes: kinds.size === 0 ? [] : [`access: grants of the kind ${listed([...kinds])} were left out.`],
  };
}

/** Who may use it here: never more than there, but that whoever may write a model may read it. */
export function toNamedAccess(
  { everyone, read, write, notes: own }: Shares,
  people: OpenWebUIPeople,
): { readonly access: DocumentAccess; readonly notes: readonly string[] } {
  const notes = [...own];
  const writers = nameGrants(write, people);
  if (everyone !== "nobody") {
    if (everyone === "write") notes.push("access: everybody might write it; here everybody may read it.");
    const named = [...writers.here.users, ...writers.here.groups];
    if (named.length > 0) {
      notes.push(
        `access: everybody may read it, and nobody can be named beside that here; ${listed(named)} might also write it.`,
      );
    }
    return { access: "public", notes };
  }
  const readers = nameGrants(read, people);
  const absent = [...new Set([...readers.absent, ...writers.absent])];
  if (absent.length > 0) notes.push(`access: left out: ${listed(absent)}.`);
  const added = [
    ...writers.here.users.filter((name) => !readers.here.users.includes(name)),
    ...writers.here.groups.filter((name) => !readers.here.groups.includes(name)),
  ];
  if (added.length > 0) {
    notes.push(`access: who may write a model may read it here; that is new for ${listed(added)}.`);
  }
  const isEmpty = [readers, writers].every(({ here }) => here.users.length + here.groups.length === 0);
  return { access: isEmpty ? "private" : { read: readers.here, write: writers.here }, notes };
}

/** How many people and groups it was shared with; everybody counts as none. */
export function countShares({ read, write }: Shares): number {
  const ids = [read, write].flatMap(({ userIds, groupIds }) => [...userIds, ...groupIds]);
  return new Set(ids).size;
}

function nameGrants(
  { userIds, groupIds }: Grants,
  people: OpenWebUIPeople,
): { readonly here: NamedGrants; readonly absent: readonly string[] } {
  const users = new Set(userIds.flatMap((id) => people.findAccount(id) ?? []));
  const groups = new Set(groupIds.flatMap((id) => people.findGroup(id) ?? []));
  const absent = [
    ...userIds.filter((id) => people.findAccount(id) === undefined).map((id) => people.describeUser(id)),
    ...groupIds.filter((id) => people.findGroup(id) === undefined).map((id) => `group ${id} (deleted there)`),
  ];
  return { here: { users: [...users].toSorted(), groups: [...groups].toSorted() }, absent };
}
