import type { AccessControl, Grants } from "@corral/access-control";
import type { CatalogCustom, CatalogState, CatalogUser } from "@corral/core";
import { Oracle, type OracleModel } from "@corral/core/testing";

/** A custom model as the rules say that it is, with all that it ever was. */
export type ModelledRecord = CatalogCustom & { readonly past: readonly CatalogCustom[] };

export type Patch = Partial<Pick<CatalogCustom, "name" | "isActive" | "hidden" | "access">>;

const nobody: Grants = { groupIds: [], userIds: [] };

/**
 * What a catalog must be after each write, said by the rules of the decisions alone: no code of the server is asked, but
 * for the oracle of rights, which has none of it either.
 */
export class WorldModel {
  #state: CatalogState;
  readonly #records = new Map<string, ModelledRecord>();

  constructor(state: CatalogState) {
    this.#state = state;
  }

  get state(): CatalogState {
    return { ...this.#state, records: this.records.map(toPlain) };
  }

  get oracle(): Oracle {
    return new Oracle(this.state);
  }

  get records(): readonly ModelledRecord[] {
    return [...this.#records.values()];
  }

  find(id: string): ModelledRecord | undefined {
    return this.records.find((record) => record.id === id);
  }

  /** Of whoever asks: a model that they may write counts; one that they may only read, or not even that, does not. */
  may(user: CatalogUser, level: "read" | "write", id: string): boolean {
    const { oracle } = this;
    const model = oracle.models.find((one) => one.id === id);
    return model !== undefined && oracle.may(user, level, model);
  }

  historyLength(uid: string): number {
    return this.#records.get(uid)?.past.length ?? 0;
  }

  mayCreate(user: CatalogUser, input: { readonly id: string; readonly baseId: string }): boolean {
    if (user.status !== "active" || user.role === "pending") return false;
    if (this.oracle.models.some(({ id }) => id.toLowerCase() === input.id.toLowerCase())) return false;
    return this.may(user, "read", input.baseId);
  }

  create(
    user: CatalogUser,
    made: { readonly uid: string; readonly id: string; readonly baseId: string },
  ): void {
    const base = this.oracle.models.find(({ id }) => id === made.baseId);
    if (base === undefined) throw new Error(`There is no base ${made.baseId}.`);
    const vouches = this.may(user, "write", made.baseId);
    this.#put({
      ...blank,
      ...made,
      name: made.id,
      ownerId: user.id,
      createdBy: user.id,
      base: { kind: base.base === undefined ? "record" : "base", uid: base.uid },
      // a vouch by the role of administrator binds to the role
      baseAccess: vouches
        ? { kind: "delegate", by: user.role === "admin" ? null : user.id }
        : { kind: "inherit" },
    });
  }

  /** Whether somebody may make a record this way; what they do not change is not judged. */
  mayUpdate(user: CatalogUser, id: string, patch: Patch): boolean {
    const record = this.find(id);
    if (record === undefined || !this.may(user, "write", id)) return false;
    return patch.access === undefined || this.#mayShare(user, record.access, patch.access);
  }

  /** @returns Whether anything changed. */
  update(id: string, patch: Patch): boolean {
    const record = this.find(id);
    if (record === undefined) throw new Error(`There is no record ${id}.`);
    const next = { ...record, ...patch };
    if (isSame(record, next)) return false;
    this.#put(next);
    return true;
  }

  dependantsOf(uid: string): readonly ModelledRecord[] {
    return this.records.filter(({ base }) => base?.uid === uid);
  }

  delete(uid: string): void {
    this.#records.delete(uid);
  }

  /** What makes a record again what it was, as far as people and groups are still there. */
  patchTo(record: CatalogCustom, wanted: CatalogCustom): Patch {
    const fields = ["name", "isActive", "hidden", "access"] as const;
    const changed = fields.filter((field) => JSON.stringify(record[field]) !== JSON.stringify(wanted[field]));
    return Object.fromEntries(changed.map((field) => [field, wanted[field]]));
  }

  setMembers(groupId: string, userIds: readonly string[]): void {
    const users = this.#state.users.map((user) => {
      const others = user.groupIds.filter((id) => id !== groupId);
      return { ...user, groupIds: userIds.includes(user.id) ? [...others, groupId] : others };
    });
    this.#state = { ...this.#state, users };
  }

  user(id: string): CatalogUser {
    const user = this.#state.users.find((one) => one.id === id);
    if (user === undefined) throw new Error(`There is no user ${id}.`);
    return user;
  }

  sorted(models: readonly OracleModel[]): readonly string[] {
    return this.oracle.sorted(models).map(({ id }) => id);
  }

  #put(record: CatalogCustom): void {
    const before = this.#records.get(record.uid)?.past ?? [];
    const plain = { ...toPlain({ past: [], ...record }), revision: before.length + 1 };
    this.#records.set(record.uid, { ...plain, past: [...before, plain] });
  }

  /** Only what is added is judged. Public is for administrators; members name active people and groups of their own. */
  #mayShare(user: CatalogUser, before: AccessControl, after: AccessControl): boolean {
    if (JSON.stringify(before) === JSON.stringify(after)) return true;
    if (after.kind === "public") return user.role === "admin";
    if (after.kind !== "restricted") return true;
    if (user.role === "admin") return true;
    const old = before.kind === "restricted" ? before : { read: nobody, write: nobody };
    for (const level of ["read", "write"] as const) {
      for (const id of after[level].userIds) {
        if (!old[level].userIds.includes(id) && this.user(id).status !== "active") return false;
      }
      for (const id of after[level].groupIds) {
        if (!old[level].groupIds.includes(id) && !user.groupIds.includes(id)) return false;
      }
    }
    return true;
  }
}

const time = "2026-01-01T00:00:00.000Z";
const blank = {
  kind: "custom",
  description: "",
  tags: [],
  capabilities: {},
  hidden: false,
  isActive: true,
  access: { kind: "private" },
  revision: 1,
  createdAt: time,
  updatedAt: time,
} as const;

function toPlain({ past, ...record }: ModelledRecord): CatalogCustom {
  void past;
  return record;
}

function isSame(left: CatalogCustom, right: CatalogCustom): boolean {
  return (["name", "isActive", "hidden", "access"] as const).every(
    (field) => JSON.stringify(left[field]) === JSON.stringify(right[field]),
  );
}
