import type { ModelLifecycle } from "../lifecycle/model-lifecycle.ts";
import type { BaseModel } from "../model/base-model.ts";
import { updateAliasIndex } from "./alias-index.ts";
import {
  compareConnections,
  createPreparedAnswers,
  createVisibilityCache,
  listTargets,
  type CatalogContents,
} from "./catalog-contents.ts";
import type {
  CatalogAlias,
  CatalogChange,
  CatalogConnection,
  CatalogGroup,
  CatalogOverride,
  CatalogRecord,
  CatalogSettings,
  CatalogUser,
} from "./catalog-state.ts";
import { updateLifecycleIndex } from "./lifecycle-index.ts";
import { baseEntryId } from "./indexed-model.ts";
import { findModel, updateModelTable, type ModelChange, type ModelTable } from "./model-table.ts";
import { PartSharing } from "./share-parts.ts";

/** The contents after some changes. Returns the same object when none of them concerns what is held here. */
export function changeContents(
  contents: CatalogContents,
  changes: readonly CatalogChange[],
): CatalogContents {
  const draft = new ContentsDraft(contents);
  for (const change of changes) draft.take(change);
  return draft.finish();
}

/** Collects changes by object, then touches each model once, whatever the order they came in. */
class ContentsDraft {
  readonly #before: CatalogContents;
  #settings: CatalogSettings;
  #touched = false;
  readonly #connections = new Map<string, CatalogConnection | undefined>();
  readonly #users = new Map<string, CatalogUser | undefined>();
  readonly #groups = new Map<string, CatalogGroup | undefined>();
  readonly #bases = new Map<string, BaseModel | undefined>();
  readonly #records = new Map<string, CatalogRecord | undefined>();
  readonly #lifecycles = new Map<string, ModelLifecycle | undefined>();
  readonly #aliases = new Map<string, CatalogAlias | undefined>();

  constructor(before: CatalogContents) {
    this.#before = before;
    this.#settings = before.settings;
  }

  take(change: CatalogChange): void {
    if (change.kind === "credential" || change.kind === "notice") return;
    this.#touched = true;
    switch (change.kind) {
      case "settings":
        this.#settings = change.value;
        return;
      case "connection":
        this.#connections.set(change.uid, change.value ?? undefined);
        return;
      case "user":
        this.#users.set(change.uid, change.value ?? undefined);
        return;
      case "group":
        this.#groups.set(change.uid, change.value ?? undefined);
        return;
      case "lifecycle":
        this.#lifecycles.set(change.uid, change.value ?? undefined);
        return;
      case "base":
        this.#bases.set(change.uid, change.value ?? undefined);
        return;
      case "record":
        this.#records.set(change.uid, change.value ?? undefined);
        return;
      case "alias":
        this.#aliases.set(change.uid, change.value ?? undefined);
    }
  }

  finish(): CatalogContents {
    const before = this.#before;
    if (!this.#touched) return before;
    this.#shareParts();
    const connections = this.#nextConnections();
    const moved = this.#overrideChanges();
    const overrides = before.overrides.with(moved);
    const models = updateModelTable(
      before.models,
      this.#modelChanges({ connections, overrides }, [...moved.keys(), ...this.#movedBases()]),
    );
    const isSameWorld = models === before.models && connections === before.connections;
    return {
      settings: this.#settings,
      connections,
      connectionOrder:
        connections === before.connections
          ? before.connectionOrder
          : [...connections.values()].toSorted(compareConnections),
      users: before.users.with(this.#users),
      groups: before.groups.with(this.#groups),
      models,
      overrides,
      overrideBases: before.overrideBases.with(
        new Map(Array.from(this.#records, ([uid, record]) => [uid, overriddenBase(record)])),
      ),
      aliases: updateAliasIndex(before.aliases, this.#aliases),
      lifecycles: updateLifecycleIndex(before.lifecycles, this.#lifecycles),
      now: before.now,
      visibility: isSameWorld ? before.visibility : createVisibilityCache(),
      answers: createPreparedAnswers(),
    };
  }

  #shareParts(): void {
    const { users, groups, connections, models } = this.#before;
    const findBaseId = (uid: string) => (this.#bases.get(uid) ?? findBase(models, uid))?.id;
    const findUid = (uid: string) =>
      this.#users.get(uid)?.id ??
      users.get(uid)?.id ??
      this.#bases.get(uid)?.uid ??
      this.#records.get(uid)?.uid ??
      findModel(models, uid)?.entry.uid ??
      (this.#groups.get(uid) ?? groups.get(uid))?.id ??
      (this.#connections.get(uid) ?? connections.get(uid))?.uid;
    const sharing = new PartSharing({ findUid, findBaseId });
    for (const [uid, base] of this.#bases) if (base !== undefined) this.#bases.set(uid, sharing.base(base));
    for (const [uid, record] of this.#records) {
      if (record !== undefined) this.#records.set(uid, sharing.record(record));
    }
  }

  #nextConnections(): ReadonlyMap<string, CatalogConnection> {
    if (this.#connections.size === 0) return this.#before.connections;
    const connections = new Map(this.#before.connections);
    for (const [uid, value] of this.#connections) {
      if (value === undefined) connections.delete(uid);
      else connections.set(uid, value);
    }
    return connections;
  }

  /** By uid of the base. An override may also have moved from one base to another. */
  #overrideChanges(): ReadonlyMap<string, CatalogOverride | undefined> {
    const changes = new Map<string, CatalogOverride | undefined>();
    for (const uid of this.#records.keys()) {
      const baseUid = this.#before.overrideBases.get(uid);
      if (baseUid !== undefined) changes.set(baseUid, undefined);
    }
    for (const record of this.#records.values()) {
      if (record?.kind === "override") changes.set(record.baseUid, record);
    }
    return changes;
  }

  #modelChanges(
    { connections, overrides }: Pick<CatalogContents, "connections" | "overrides">,
    affectedBases: readonly string[],
  ): ReadonlyMap<string, ModelChange> {
    const { models } = this.#before;
    const changes = new Map<string, ModelChange>();
    for (const uid of new Set([...this.#bases.keys(), ...affectedBases])) {
      const base = this.#bases.has(uid) ? this.#bases.get(uid) : findBase(models, uid);
      const places = base === undefined ? [] : listTargets(connections, base);
      const ways = [...new Set(places.map(({ connection }) => connection))];
      const override = overrides.get(uid) ?? null;
      const entry = base && ({ kind: "base", uid, id: baseEntryId(base, ways), base, override } as const);
      changes.set(uid, { entry, connections: ways });
    }
    for (const [uid, record] of this.#records) {
      if (record?.kind === "custom") {
        changes.set(uid, { entry: { kind: "custom", uid, id: record.id, record }, connections: [] });
      } else if (findModel(models, uid)?.entry.kind === "custom") {
        changes.set(uid, { entry: undefined, connections: [] });
      }
    }
    return changes;
  }

  /** Bases whose names depend on a connection that came, went, or is addressed differently. */
  #movedBases(): readonly string[] {
    const moved = new Set<string>();
    for (const [uid, after] of this.#connections) {
      const before = this.#before.connections.get(uid);
      const isSame =
        before?.slug === after?.slug &&
        before?.provider === after?.provider &&
        before?.position === after?.position;
      if (!isSame) moved.add(uid);
    }
    if (moved.size === 0) return [];
    return this.#before.models.rows.flatMap((model) =>
      model?.entry.kind === "base" &&
      model.entry.base.placements.some(({ connectionUid }) => moved.has(connectionUid))
        ? model.entry.uid
        : [],
    );
  }
}

function findBase(models: ModelTable, uid: string): BaseModel | undefined {
  const entry = findModel(models, uid)?.entry;
  return entry?.kind === "base" ? entry.base : undefined;
}

function overriddenBase(record: CatalogRecord | undefined): string | undefined {
  return record?.kind === "override" ? record.baseUid : undefined;
}
