import type { WorldKey } from "./random-world.ts";
import type { BaseModel } from "../../model/base-model.ts";
import type {
  CatalogAlias,
  CatalogAliasTarget,
  CatalogConnection,
  CatalogCustom,
  CatalogOverride,
  CatalogState,
  CatalogUser,
} from "../../catalog/catalog-state.ts";

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

/** Who asks, and with which key. */
export type OracleCaller = { readonly user: CatalogUser; readonly key: WorldKey | null };

type Way = {
  readonly above: readonly OracleModel[];
  readonly delegated: boolean;
  readonly isStopped: boolean;
};

export class Oracle {
  readonly state: CatalogState;
  readonly models: readonly OracleModel[];

  constructor(state: CatalogState) {
    this.state = state;
    const bases = state.bases.map((base): OracleModel => {
      const record = state.records.find(
        (one): one is CatalogOverride => one.kind === "override" && one.baseUid === base.uid,
      );
      const way = this.#connectionsOf(base)[0]?.slug ?? base.uid;
      const id = base.shadowed ? `${way}/${base.id}` : base.id;
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

  /** Whether a caller may name the model at all: outside of a key's list it is as if it did not exist. */
  isNamed(caller: OracleCaller, model: { readonly uid: string; readonly id: string }): boolean {
    const { key } = caller;
    if (key === null || key.models === null) return true;
    return key.models.uids.includes(model.uid) || key.models.patterns.some((one) => fits(one, model.id));
  }

  isGettable(caller: OracleCaller, model: OracleModel): boolean {
    return this.isNamed(caller, model) && this.may(caller.user, "read", model);
  }

  isListed(caller: OracleCaller, model: OracleModel, showHidden = false): boolean {
    if (!this.isGettable(caller, model)) return false;
    if (this.may(caller.user, "write", model)) return true;
    const isActive = model.record?.isActive ?? true;
    const isHidden = model.record?.hidden ?? false;
    return isActive && model.base?.shadowed !== true && (showHidden || !isHidden);
  }

  isCallable(caller: OracleCaller, model: OracleModel): boolean {
    return this.refusalOf(caller, model) === null;
  }

  /** The code that a call is refused with; `null`: it is let through. */
  refusalOf(caller: OracleCaller, model: OracleModel): string | null {
    if (!this.isGettable(caller, model)) return "model_not_found";
    if (caller.key !== null && !caller.key.scopes.includes("gateway:invoke")) return "access_denied";
    if (model.record?.isActive === false) return "model_inactive";
    return this.#refusalBelow(caller.user, model, { above: [], delegated: false, isStopped: false });
  }

  /** Where a call of an alias may go. A key names the alias, and then need not name what it leads to. */
  callableTargets(caller: OracleCaller, alias: CatalogAlias): readonly CatalogAliasTarget[] {
    if (!this.isNamed(caller, alias)) return [];
    const { user, key } = caller;
    const unlimited = { user, key: key === null ? null : { ...key, models: null } };
    return alias.targets.filter((target) => {
      const model = this.#find(target);
      return model !== undefined && this.isCallable(unlimited, model);
    });
  }

  readsAnyTarget({ user }: OracleCaller, alias: CatalogAlias): boolean {
    return alias.targets.some((target) => {
      const model = this.#find(target);
      return model !== undefined && this.may(user, "read", model);
    });
  }

  #find({ model }: CatalogAliasTarget): OracleModel | undefined {
    return this.models.find(({ uid }) => uid === model?.uid);
  }

  sorted(models: readonly OracleModel[]): OracleModel[] {
    return models.toSorted((left, right) => compare(left.name, right.name) || (left.id < right.id ? -1 : 1));
  }

  /** What is wrong with the way from a model that is itself permitted and active. */
  #refusalBelow(user: CatalogUser, model: OracleModel, way: Way): string | null {
    const stopped = way.isStopped ? "base_inactive" : null;
    if (model.base !== undefined) return stopped ?? this.#refusalOfPlaces(user, model, way.delegated);
    const { base: reference, baseAccess } = model.record;
    const base = this.models.find(
      ({ uid, base }) => uid === reference?.uid && (base !== undefined) === (reference?.kind === "base"),
    );
    if (base === undefined) return stopped ?? "base_missing";
    const above = [...way.above, model];
    if (above.includes(base)) return stopped ?? "base_cycle";
    if (above.length > 8) return stopped ?? "base_too_deep";
    const isPermitted =
      baseAccess.kind === "inherit"
        ? this.may(user, "read", base)
        : baseAccess.by === null ||
          this.state.users.some((one) => one.id === baseAccess.by && this.may(one, "write", base));
    if (!isPermitted) return stopped ?? "base_not_shared";
    const isStopped = way.isStopped || base.record?.isActive === false;
    return this.#refusalBelow(user, base, { above, delegated: baseAccess.kind === "delegate", isStopped });
  }

  #refusalOfPlaces(user: CatalogUser, model: OracleModel, delegated: boolean): string | null {
    const hasOwnRules = model.record !== undefined && model.record.access.kind !== "inherit";
    const places = (model.base?.placements ?? []).flatMap(({ connectionUid, missingSince }) => {
      const connection = this.state.connections.find(({ uid }) => uid === connectionUid);
      if (connection === undefined) return [];
      const isShown =
        delegated ||
        hasOwnRules ||
        user.role === "admin" ||
        grants(connection.defaultVisibility, "read", user);
      return isShown ? [{ connection, missingSince }] : [];
    });
    const present = places.filter(({ missingSince }) => missingSince === null);
    if (present.length === 0) return "gone_upstream";
    return present.some(({ connection }) => connection.enabled) ? null : "upstream_unavailable";
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

function fits(pattern: string, id: string): boolean {
  const parts = pattern.toLowerCase().split("*");
  const escaped = parts.map((part) => part.replaceAll(/[.+?^${}()|[\]\\/]/gu, String.raw`\$&`));
  return new RegExp(`^${escaped.join(".*")}$`, "u").test(id.toLowerCase());
}
