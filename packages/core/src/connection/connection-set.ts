import type { Repositories } from "../database/unit-of-work.ts";
import type { Writer } from "../model/model-ports.ts";
import type { ConnectionPorts } from "./connection-checks.ts";
import type { Connection, CreateConnection, UpdateConnection } from "./connection.ts";
import { insertConnection, patchConnection } from "./write-connection.ts";

/** One connection of a set that is written as a whole. */
export type ConnectionSetEntry =
  | { readonly kind: "create"; readonly input: CreateConnection }
  | { readonly kind: "update"; readonly input: UpdateConnection }
  | { readonly kind: "keep"; readonly uid: string };

/** Some connections in their order, and those that are to go. Others are not touched. */
export type ConnectionSet = {
  readonly entries: readonly ConnectionSetEntry[];
  /** uids. */
  readonly removed: readonly string[];
};

/** Removes, changes, adds and orders connections: all of it, or nothing. */
export async function writeConnectionSets(
  ports: ConnectionPorts,
  { actor, author }: Writer,
  sets: readonly ConnectionSet[],
): Promise<void> {
  const { value, change } = await ports.unitOfWork.write(author, async (repositories) => {
    const written: Connection[] = [];
    // first: what replaces one may want its prefix
    for (const uid of sets.flatMap(({ removed }) => removed)) await repositories.connections.archive(uid);
    for (const { entries } of sets) {
      const order: string[] = [];
      for (const entry of entries) {
        const connection = await writeEntry(ports, repositories, { actor, entry });
        if (connection !== undefined) written.push(connection);
        order.push(entry.kind === "keep" ? entry.uid : (connection?.uid ?? ""));
      }
      await arrange(repositories, order);
    }
    return written;
  });
  await ports.catalog.acknowledge(change);
  for (const { uid, enabled } of value) if (enabled) void ports.refresher.refresh(uid);
}

async function writeEntry(
  ports: ConnectionPorts,
  repositories: Repositories,
  { actor, entry }: Pick<Writer, "actor"> & { readonly entry: ConnectionSetEntry },
): Promise<Connection | undefined> {
  switch (entry.kind) {
    case "keep":
      return undefined;
    case "create":
      return insertConnection(ports, repositories, entry.input);
    case "update":
      return patchConnection(ports, repositories, { actor, input: entry.input });
  }
}

/** Gives the places that these have among all connections to them in the given order. */
async function arrange(
  { connections }: Pick<Repositories, "connections">,
  order: readonly string[],
): Promise<void> {
  const all = await connections.list();
  const places = all.filter(({ uid }) => order.includes(uid));
  if (places.every(({ uid }, at) => uid === order[at])) return;
  let next = 0;
  for (const [at, uid] of order.entries()) {
    const position = Math.max(places[at]?.position ?? 0, next);
    next = position + 1;
    const connection = all.find((one) => one.uid === uid);
    if (connection === undefined || connection.position === position) continue;
    await connections.update({ ...connection, position });
  }
}
