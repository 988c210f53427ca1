import type { BaseModel } from "../../model/base-model.ts";
import type {
  CatalogConnection,
  CatalogCustom,
  CatalogOverride,
  CatalogState,
  CatalogUser,
} from "../catalog-state.ts";

/*
 * The rules of rights and lists once more, said as plainly as possible and without any of the code under test.
 */

const { compare } = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

type Level = "read" | "write";
type Access = CatalogCustom["access"];
export type OracleModel = { uid: string; id: string; name: string } & (
  | { base: BaseModel; record: CatalogOverride | undefined }
  | { base: undefined; record: CatalogCustom }
);

export class Oracle {
  readonly state: CatalogState;
  readonly models: readonly OracleModel[];

  constructor(state: CatalogState) {
    this.state = state;
    const bases = state.bases.map((base): OracleModel => {
      const record = state.records.find(
        (one): one is CatalogOverride => one.kind === "override" && one.baseUid === base.uid,
      );
      const slug = this.#connectionsOf(base)[0]?.slug;
      const id = base.shadowed && slug !== undefined ? `${slug}/${base.id}` : base.id;
      return { uid: base.uid, id, name: record?.name ?? id, base, record };
    });
    const customs = state.records.flatMap((record): OracleModel[] =>
      record.kind === "custom"
        ? [{ uid: record.uid, id: record.id, name: record.name, base: undefined, record }]
        : [],
    );
    this.models = [...bases, ...customs];
  }

  may(user: CatalogUser, level: Level, model: OracleModel): boolean {
    if (user.status !== "active" || user.role === "pending") return false;
    const isAdmin = user.role === "admin";
    if (model.base === undefined) {
      if (model.record.ownerId === user.id) return true;
      if (isAdmin && this.state.settings.adminBypass) return true;
      return grants(model.record.access, level, user);
    }
    if (isAdmin) return true;
    const access = model.record?.access ?? { kind: "inherit" };
    if (access.kind !== "inherit") return grants(access, level, user);
    const shown = this.#connectionsOf(model.base).map((one) => grants(one.defaultVisibility, level, user));
    return level === "read" ? shown.includes(true) : shown.length > 0 && !shown.includes(false);
  }

  isListed(user: CatalogUser, model: OracleModel, showHidden = false): boolean {
    if (!this.may(user, "read", model)) return false;
    if (this.may(user, "write", model)) return true;
    const isActive = model.record?.isActive ?? true;
    const isHidden = model.record?.hidden ?? false;
    return isActive && model.base?.shadowed !== true && (showHidden || !isHidden);
  }

  isCallable(user: CatalogUser, model: OracleModel): boolean {
    return this.may(user, "read", model) && this.#reaches(user, model, { hops: 0, delegated: false });
  }

  sorted(models: readonly OracleModel[]): OracleModel[] {
    return models.toSorted(
      (left, right) => compare(left.name, right.name) || (left.id < right.id ? -1 : 1),
    );
  }

  #reaches(user: CatalogUser, model: OracleModel, way: { hops: number; delegated: boolean }): boolean {
    if (model.record?.isActive === false || way.hops > 8) return false;
    if (model.base !== undefined) return this.#isServed(user, model, way.delegated);
    const { base: reference, baseAccess } = model.record;
    const base = this.models.find(
      ({ uid, base }) => uid === reference?.uid && (base !== undefined) === (reference?.kind === "base"),
    );
    if (base === undefined) return false;
    const delegated = baseAccess.kind === "delegate";
    const isPermitted =
      baseAccess.kind === "inherit"
        ? this.may(user, "read", base)
        : baseAccess.by === null ||
          this.state.users.some((one) => one.id === baseAccess.by && this.may(one, "write", base));
    return isPermitted && this.#reaches(user, base, { hops: way.hops + 1, delegated });
  }

  #isServed(user: CatalogUser, model: OracleModel, delegated: boolean): boolean {
    const hasOwnRules = model.record !== undefined && model.record.access.kind !== "inherit";
    return (model.base?.placements ?? []).some(({ connectionUid, missingSince }) => {
      const connection = this.state.connections.find(({ uid }) => uid === connectionUid);
      if (connection === undefined || !connection.enabled || missingSince !== null) return false;
      return (
        delegated || hasOwnRules || user.role === "admin" || grants(connection.defaultVisibility, "read", user)
      );
    });
  }

  /** uids of the connections that serve a base, in the configured order. */
  placesOf(base: BaseModel): readonly string[] {
    return this.#connectionsOf(base).map(({ uid }) => uid);
  }

  #connectionsOf(base: BaseModel): CatalogConnection[] {
    return this.state.connections
      .filter(({ uid }) => base.placements.some(({ connectionUid }) => connectionUid === uid))
      .toSorted((left, right) => left.position - right.position || (left.uid < right.uid ? -1 : 1));
  }
}

function grants(access: Access, level: Level, user: CatalogUser): boolean {
  if (access.kind === "public") return level === "read";
  if (access.kind !== "restricted") return false;
  const lists = level === "read" ? [access.read, access.write] : [access.write];
  return lists.some(
    ({ userIds, groupIds }) => userIds.includes(user.id) || groupIds.some((id) => user.groupIds.includes(id)),
  );
}
