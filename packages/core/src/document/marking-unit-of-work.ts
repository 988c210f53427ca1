import type { Repositories, UnitOfWork } from "../database/unit-of-work.ts";
import type { JsonObject } from "../json.ts";
import { publicNameKey } from "../model/model-id.ts";
import type { ModelRecord } from "../model/model-record.ts";
import type { ItemKind } from "./document-schema.ts";
import type { NewOwnerMark } from "./owner-marks.ts";
import type { Step } from "./plan-step.ts";

/**
 * A unit of work in which every object that a document writes gets the document's mark, in the transaction that writes
 * it: neither is ever there without the other, whenever the process ends.
 */
export function markingUnitOfWork(
  inner: UnitOfWork,
  { source, steps }: { readonly source: string; readonly steps: readonly Step<ItemKind>[] },
): UnitOfWork {
  const wanted = new Map(steps.flatMap((step) => keysOf(step).map((key) => [key, step] as const)));
  return {
    read: (work) => inner.read(work),
    write: (author, work) =>
      inner.write(author, async (repositories) => {
        // of this attempt alone: a transaction that loses a race is run again
        const marks = new Map<string, NewOwnerMark>();
        const gone = new Map<string, { readonly kind: ItemKind; readonly uid: string }>();
        const value = await work(
          watched(repositories, {
            wrote(keys, uid) {
              const step = keys.map((key) => wanted.get(key)).find((found) => found !== undefined);
              if (step === undefined || step.wanted === null) return;
              const { kind, name } = step;
              marks.set(`${kind} ${uid}`, { source, kind, uid, name, applied: toApplied(step.wanted) });
            },
            deleted(kind, uid) {
              marks.delete(`${kind} ${uid}`);
              gone.set(`${kind} ${uid}`, { kind, uid });
            },
          }),
        );
        await repositories.ownerMarks.remove([...gone.values()]);
        await repositories.ownerMarks.put([...marks.values()]);
        return value;
      }),
  };
}

/** The item as a mark keeps it. */
export function toApplied(item: object): JsonObject {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
}

type Watcher = {
  readonly wrote: (keys: readonly string[], uid: string) => void;
  readonly deleted: (kind: ItemKind, uid: string) => void;
};

function watched(repositories: Repositories, watcher: Watcher): Repositories {
  return {
    ...repositories,
    models: watchModels(repositories.models, watcher),
    groups: watchGroups(repositories.groups, watcher),
    connections: watchConnections(repositories.connections, watcher),
  };
}

function watchModels(models: Repositories["models"], { wrote, deleted }: Watcher): Repositories["models"] {
  return {
    ...models,
    async insert(record, identity) {
      const stored = await models.insert(record, identity);
      wrote(modelKeys(stored), stored.uid);
      return stored;
    },
    async update(record) {
      const stored = await models.update(record);
      wrote(modelKeys(stored), stored.uid);
      return stored;
    },
    async delete(uid) {
      await models.delete(uid);
      deleted("model", uid);
    },
  };
}

function watchGroups(groups: Repositories["groups"], { wrote, deleted }: Watcher): Repositories["groups"] {
  return {
    ...groups,
    async insert(group) {
      const stored = await groups.insert(group);
      wrote([groupKey(stored.name)], stored.id);
      return stored;
    },
    async update(id, change) {
      const stored = await groups.update(id, change);
      wrote([`group ${id}`], id);
      return stored;
    },
    async delete(id) {
      await groups.delete(id);
      deleted("group", id);
    },
  };
}

function watchConnections(
  connections: Repositories["connections"],
  { wrote, deleted }: Watcher,
): Repositories["connections"] {
  return {
    ...connections,
    async insert(connection, secrets) {
      const stored = await connections.insert(connection, secrets);
      wrote([connectionKey(stored.slug)], stored.uid);
      return stored;
    },
    async update(connection, secrets) {
      const stored = await connections.update(connection, secrets);
      wrote([connectionKey(stored.slug)], stored.uid);
      return stored;
    },
    async archive(uid) {
      await connections.archive(uid);
      deleted("connection", uid);
    },
  };
}

/** By uid where there is one already, else by what the new object is called. */
function keysOf({ kind, wanted, stored }: Step<ItemKind>): readonly string[] {
  if (wanted === null) return [];
  if ("slug" in wanted) return [connectionKey(wanted.slug)];
  if (stored !== null) return [`${kind} ${stored.uid}`];
  if ("id" in wanted) return [modelKey(wanted.id)];
  return "name" in wanted && wanted.name !== undefined ? [groupKey(wanted.name)] : [];
}

function modelKeys({ uid, id }: Pick<ModelRecord, "uid" | "id">): readonly string[] {
  return [`model ${uid}`, modelKey(id)];
}

function modelKey(id: string): string {
  return `model named ${publicNameKey(id)}`;
}

function groupKey(name: string): string {
  return `group named ${name.toLowerCase()}`;
}

function connectionKey(slug: string): string {
  return `connection ${slug}`;
}
