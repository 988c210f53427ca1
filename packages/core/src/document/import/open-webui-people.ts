import { isDomainError } from "../../error/domain-error.ts";
import { limits } from "../../limits.ts";
import type { GroupItem } from "../document-schema.ts";
import type { World } from "../read-world.ts";
import { readJsonColumn, type OpenWebUIGroupRow, type OpenWebUITables } from "./open-webui-tables.ts";

/** Who is here of those that the other database knows by its own ids: people by e-mail address, groups by name. */
export class OpenWebUIPeople {
  readonly groups: readonly NotedGroup[];
  readonly notes: readonly string[];
  readonly #world: World;
  readonly #emails: ReadonlyMap<string, string>;
  readonly #groupNames = new Map<string, string>();

  constructor(world: World, { tables }: OpenWebUITables) {
    this.#world = world;
    this.#emails = new Map(
      tables.user.flatMap((user) =>
        user.email ? [[user.id, user.email.trim().toLowerCase()] as const] : [],
      ),
    );
    const absent = tables.user.filter(({ id }) => this.findAccount(id) === undefined).length;
    this.notes =
      absent === 0
        ? []
        : [`user: ${absent} of ${tables.user.length} people have no account here, and an import makes none.`];
    const members = tables.group_member && Map.groupBy(tables.group_member, ({ group_id: id }) => id);
    this.groups = tables.group.map((row) =>
      this.#readGroup(row, members && (members.get(row.id) ?? []).map(({ user_id: id }) => id)),
    );
  }

  /** The address under which somebody has an account here. */
  findAccount(id: string): string | undefined {
    const email = this.#emails.get(id);
    const isHere = email !== undefined && this.#world.snapshot.findUser(this.#world.names.toUserId(email));
    return isHere ? email : undefined;
  }

  findGroup(id: string): string | undefined {
    return this.#groupNames.get(id);
  }

  /** For a note about somebody who is not here. */
  describeUser(id: string | null | undefined): string {
    const email = this.#emails.get(id ?? "");
    return email === undefined ? `user ${id ?? "null"} (deleted there)` : `${email} (no account here)`;
  }

  #readGroup(row: OpenWebUIGroupRow, joined: readonly string[] | undefined): NotedGroup {
    const notes: string[] = [];
    const name = this.#nameOf(row, notes);
    this.#groupNames.set(row.id, name);
    const ids = joined ?? readMemberList(row, notes);
    const here = ids.flatMap((id) => this.findAccount(id) ?? []);
    const absent = ids.filter((id) => this.findAccount(id) === undefined);
    if (absent.length > 0) {
      notes.push(`members: left out: ${listed(absent.map((id) => this.describeUser(id)))}.`);
    }
    const description = row.description ?? "";
    if (description.length > limits.descriptionLength) {
      notes.push(`description: was cut to ${limits.descriptionLength} characters.`);
    }
    notes.push(...listUnused(row));
    const item = {
      name,
      description: description.slice(0, limits.descriptionLength),
      members: [...new Set(here)],
    };
    return { item, notes };
  }

  /** Names are unique here, in any case: two groups of one name must not become one. */
  #nameOf({ id, name }: OpenWebUIGroupRow, notes: string[]): string {
    const given = name?.normalize("NFC").trim() ?? "";
    const wanted = given === "" ? `Group ${id}` : given;
    const taken = new Set(Array.from(this.#groupNames.values(), (other) => other.toLowerCase()));
    let free = wanted;
    for (let number = 2; taken.has(free.toLowerCase()); number += 1) free = `${wanted} (${number})`;
    if (free !== given) {
      notes.push(`name: is "${free}" here; ${given === "" ? "it had none" : "another group has the same"}.`);
    }
    return free;
  }
}

export type NotedGroup = { readonly item: GroupItem; readonly notes: readonly string[] };

/** A few by name, the rest by number. */
export function listed(names: readonly string[]): string {
  const shown = 10;
  const rest = names.length - shown;
  return rest > 0 ? `${names.slice(0, shown).join(", ")} and ${rest} more` : names.join(", ");
}

function readMemberList(row: OpenWebUIGroupRow, notes: string[]): readonly string[] {
  try {
    const ids = readJsonColumn("user_ids", row.user_ids);
    return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
  } catch (error) {
    if (!isDomainError(error)) throw error;
    notes.push(`user_ids: was left out; ${error.message}`);
    return [];
  }
}

/** What a group says beside its name and members. Here members' permissions are a setting for all of them. */
function listUnused(row: OpenWebUIGroupRow): readonly string[] {
  const notes: string[] = [];
  const allowed = listTrue(readLoosely(row.permissions));
  if (allowed.length > 0) {
    notes.push(
      `permissions: ${listed(allowed)} were left out; groups have no permissions of their own here.`,
    );
  }
  for (const field of ["data", "meta"] as const) {
    const value = readLoosely(row[field]);
    if (typeof value === "object" && value !== null && Object.keys(value).length > 0) {
      notes.push(`${field}: has no counterpart here and was left out.`);
    }
  }
  return notes;
}

function readLoosely(text: string | null | undefined): unknown {
  try {
    return readJsonColumn("", text);
  } catch {
    // what is not taken over need not be readable
    return null;
  }
}

function listTrue(value: unknown, path = ""): string[] {
  if (value === true) return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    listTrue(inner, path === "" ? name : `${path}.${name}`),
  );
}
