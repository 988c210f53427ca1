import { DomainError, type Connection } from "@corral/core";
import type { ConnectionEntry } from "./connection-entry.ts";
import { readPlaceholder } from "./key-placeholder.ts";
import { naming } from "./name-entry.ts";

/**
 * Which connection each entry is: by the placeholder of its key, else by its address, else the only one left. Never by
 * its place, so that no key and no setting moves to another server when entries are taken out or change places.
 *
 * @throws DomainError `invalid_input` for a placeholder of a connection that is not, or no longer, among these.
 */
export function matchEntries(
  entries: readonly ConnectionEntry[],
  connections: readonly Connection[],
): ReadonlyMap<ConnectionEntry, Connection> {
  const matched = new Map<ConnectionEntry, Connection>();
  const left = new Set(connections);
  const take = (entry: ConnectionEntry, connection: Connection | undefined): void => {
    if (connection === undefined) return;
    matched.set(entry, connection);
    left.delete(connection);
  };
  const named = entries.map((entry) => ({ entry, uid: naming(entry, () => placeholderOf(entry)) }));
  for (const { entry, uid } of named) {
    if (uid !== undefined)
      take(
        entry,
        naming(entry, () => findNamed(uid, left)),
      );
  }
  const others = named.flatMap(({ entry, uid }) => (uid === undefined ? [entry] : []));
  const isAtHome = (entry: ConnectionEntry, { url }: Connection) => entry.url === url;
  for (const isIt of [
    (entry: ConnectionEntry, connection: Connection) =>
      isAtHome(entry, connection) && (entry.config.prefix_id ?? "") === (connection.prefix ?? ""),
    isAtHome,
  ]) {
    for (const entry of others) {
      if (matched.has(entry)) continue;
      take(
        entry,
        [...left].find((connection) => isSameKind(entry, connection) && isIt(entry, connection)),
      );
    }
  }
  const [entry, ...more] = others.filter((one) => !matched.has(one));
  const [connection] = left;
  if (entry !== undefined && more.length === 0 && left.size === 1 && connection !== undefined) {
    if (isSameKind(entry, connection)) take(entry, connection);
  }
  return matched;
}

/** Whether an entry says that it is Azure OpenAI; `undefined` where it says nothing of it. */
export function isAzure({ config }: ConnectionEntry): boolean | undefined {
  if (config.provider === "azure") return true;
  return config.azure ?? undefined;
}

function isSameKind(entry: ConnectionEntry, { provider }: Connection): boolean {
  const wanted = isAzure(entry);
  return wanted === undefined || wanted === (provider === "azure-openai");
}

/** The connection that an entry's placeholders name. @throws DomainError `invalid_input` for half a placeholder. */
export function placeholderOf({ key, config }: ConnectionEntry): string | undefined {
  const texts = [...(key === undefined ? [] : [key]), ...Object.values(config.headers ?? {})];
  return texts.map(readPlaceholder).find((uid) => uid !== undefined);
}

function findNamed(uid: string, left: ReadonlySet<Connection>): Connection {
  for (const connection of left) if (connection.uid === uid) return connection;
  throw new DomainError(
    "invalid_input",
    "Its key is a placeholder of a connection that is not here, or stands twice. Read the connections again, or enter the key itself.",
  );
}
