import type { Repositories, UnitOfWork } from "../database/unit-of-work.ts";
import type { JsonObject } from "../json.ts";
import { publicNameKey } from "../model/model-id.ts";
import type { ModelRecord } from "../model/model-record.ts";
import type { ItemKind } from "./document-schema.ts";
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
  const mark = async (repositories: Repositories, keys: readonly string[], uid: string) => {
    const step = keys.map((key) => wanted.get(key)).find((found) => found !== undefined);
    if (step === undefined || step.wanted === null) return;
    await repositories.ownerMarks.put([
      { source, kind: step.kind, uid, name: step.name, applied: toApplied(step.wanted) },
    ]);
  };
  const unmark = (repositories: Repositories, kind: ItemKind, uid: string) =>
    repositories.ownerMarks.remove([{ kind, uid }]);
  return {
    read: (work) => inner.read(work),
    write: (author, work) =>
      inner.write(author, (repositories) => work(marked(repositories, { mark, unmark }))),
  };
}

/** The item as a mark keeps it. */
export function toApplied(item: object): JsonObject {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
}

type Marking = {
  readonly mark: (repositories: Repositories, keys: readonly string[], uid: string) => Promise<void>;
  readonly unmark: (repositories: Repositories, kind: ItemKind, uid: string) => Promise<void>;
};

function marked(repositories: Repositories, { mark, unmark }: Marking): Repositories {
  const { models, groups, connections } = repositories;
  const note = async <T>(stored: T, keys: readonly string[], uid: string): Promise<T> => {
    await mark(repositories, keys, uid);
    return stored;
  };
  return {
    ...repositories,
    models: {
      ...models,
      insert: async (record, identity) => {
        const stored = await models.insert(record, identity);
        return note(stored, modelKeys(stored), stored.uid);
      },
      update: async (record) => note(await models.update(record), modelKeys(record), record.uid),
      async delete(uid) {
        await models.delete(uid);
        await unmark(repositories, "model", uid);
      },
    },
    groups: {
      ...groups,
      insert: async (group) => {
        const stored = await groups.insert(group);
        return note(stored, [groupKey(stored.name)], stored.id);
      },
      update: async (id, change) => note(await groups.update(id, change), [`group ${id}`], id),
      async delete(id) {
        await groups.delete(id);
        await unmark(repositories, "group", id);
      },
    },
    connections: {
      ...connections,
      insert: async (connection, secrets) => {
        const stored = await connections.insert(connection, secrets);
        return note(stored, [`connection ${stored.slug}`], stored.uid);
      },
      update: async (connection, secrets) =>
        note(
          await connections.update(connection, secrets),
          [`connection ${connection.slug}`],
          connection.uid,
        ),
      async archive(uid) {
        await connections.archive(uid);
        await unmark(repositories, "connection", uid);
      },
    },
  };
}

/** By uid where there is one already, else by what the new object is called. */
function keysOf({ kind, wanted, stored }: Step<ItemKind>): readonly string[] {
  if (wanted === null) return [];
  if (stored !== null)
    return [`${kind} ${stored.uid}`, ...("slug" in wanted ? [`connection ${wanted.slug}`] : [])];
  if ("slug" in wanted) return [`connection ${wanted.slug}`];
  if ("id" in wanted) return [`model named ${publicNameKey(wanted.id)}`];
  return "name" in wanted && wanted.name !== undefined ? [groupKey(wanted.name)] : [];
}

function modelKeys({ uid, id }: Pick<ModelRecord, "uid" | "id">): readonly string[] {
  return [`model ${uid}`, `model named ${publicNameKey(id)}`];
}

function groupKey(name: string): string {
  return `group named ${name.toLowerCase()}`;
}
