import type { Repositories, UnitOfWork } from "../database/unit-of-work.ts";
import type { JsonObject } from "../json.ts";
import { publicNameKey } from "../model/model-id.ts";
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
    policies: watchPolicies(repositories.policies, watcher),
    aliases: watchAliases(repositories.aliases, watcher),
  };
}

function watchModels(models: Repositories["models"], { wrote, deleted }: Watcher): Repositories["models"] {
  return {
    ...models,
    async insert(record, identity) {
      const stored = await models.insert(record, identity);
      wrote(keysOfObject("model", stored.uid, stored.id), stored.uid);
      return stored;
    },
    async update(record) {
      const stored = await models.update(record);
      wrote(keysOfObject("model", stored.uid, stored.id), stored.uid);
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
      wrote([namedKey("group", stored.name)], stored.id);
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
      wrote(keysOfObject("connection", stored.uid, stored.slug), stored.uid);
      return stored;
    },
    async update(connection, secrets) {
      const stored = await connections.update(connection, secrets);
      wrote(keysOfObject("connection", stored.uid, stored.slug), stored.uid);
      return stored;
    },
    async archive(uid) {
      await connections.archive(uid);
      deleted("connection", uid);
    },
  };
}

function watchPolicies(
  policies: Repositories["policies"],
  { wrote, deleted }: Watcher,
): Repositories["policies"] {
  return {
    ...policies,
    async insert(policy) {
      const stored = await policies.insert(policy);
      wrote(keysOfObject("policy", stored.uid, stored.name), stored.uid);
      return stored;
    },
    async update(policy) {
      const stored = await policies.update(policy);
      wrote(keysOfObject("policy", stored.uid, stored.name), stored.uid);
      return stored;
    },
    async delete(uid) {
      await policies.delete(uid);
      deleted("policy", uid);
    },
  };
}

function watchAliases(
  aliases: Repositories["aliases"],
  { wrote, deleted }: Watcher,
): Repositories["aliases"] {
  return {
    ...aliases,
    async insert(alias, options) {
      const stored = await aliases.insert(alias, options);
      wrote(keysOfObject("alias", stored.uid, stored.id), stored.uid);
      return stored;
    },
    async update(alias) {
      const stored = await aliases.update(alias);
      wrote(keysOfObject("alias", stored.uid, stored.id), stored.uid);
      return stored;
    },
    async delete(uid) {
      await aliases.delete(uid);
      deleted("alias", uid);
    },
  };
}

/** By uid where there is one already, else by what the new object is called. */
function keysOf({ kind, name, wanted, stored }: Step<ItemKind>): readonly string[] {
  if (wanted === null) return [];
  return stored === null ? [namedKey(kind, name)] : [`${kind} ${stored.uid}`];
}

function keysOfObject(kind: ItemKind, uid: string, name: string): readonly string[] {
  return [`${kind} ${uid}`, namedKey(kind, name)];
}

function namedKey(kind: ItemKind, name: string): string {
  const isModelName = kind === "model" || kind === "alias";
  return `${kind} named ${isModelName ? publicNameKey(name) : name.toLowerCase()}`;
}
