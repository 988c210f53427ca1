import type { Catalog } from "../catalog/catalog.ts";
import { toEndpoint } from "../connection/connection-endpoint.ts";
import type { Connection, ConnectionSecrets } from "../connection/connection.ts";
import type { UnitOfWork } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import type { ProviderFactory, ProviderTarget } from "./provider-factory.ts";
import type { Provider } from "./provider.ts";

/** A connection with its adapter, as of one revision. */
export type LiveConnection = { readonly connection: Connection; readonly provider: Provider };

/** One adapter a connection, made on first use and replaced when the connection changes. */
export interface ProviderRegistry extends AsyncDisposable {
  /** @throws DomainError `connection_not_found`. */
  get(connectionUid: string): Promise<LiveConnection>;
}

type Slot = { readonly revision: number; readonly live: Promise<LiveConnection> };

/** The registry reads a connection once a revision; calls in between cost a map lookup. */
export function createProviderRegistry(ports: {
  readonly catalog: Pick<Catalog, "current" | "onChange">;
  readonly unitOfWork: Pick<UnitOfWork, "read">;
  readonly createProvider: ProviderFactory;
}): ProviderRegistry {
  const slots = new Map<string, Slot>();

  const load = async (uid: string): Promise<LiveConnection> => {
    const [connection, secrets] = await ports.unitOfWork.read(async ({ connections }) => {
      const found = await connections.find(uid);
      if (found === undefined) throw new DomainError("connection_not_found");
      return [found, await connections.getSecrets(uid)] as const;
    });
    return { connection, provider: ports.createProvider(toProviderTarget(connection, secrets)) };
  };

  const replace = (uid: string, revision: number): Slot => {
    retire(slots.get(uid));
    const slot: Slot = { revision, live: load(uid) };
    slots.set(uid, slot);
    slot.live.catch(() => {
      if (slots.get(uid) === slot) slots.delete(uid);
    });
    return slot;
  };

  const unsubscribe = ports.catalog.onChange(() => {
    const snapshot = ports.catalog.current();
    for (const [uid, slot] of slots) {
      if (snapshot.findConnection(uid)?.revision === slot.revision) continue;
      slots.delete(uid);
      retire(slot);
    }
  });

  return {
    async get(uid) {
      const revision = ports.catalog.current().findConnection(uid)?.revision;
      if (revision === undefined) throw new DomainError("connection_not_found");
      const slot = slots.get(uid);
      return (slot?.revision === revision ? slot : replace(uid, revision)).live;
    },
    async [Symbol.asyncDispose]() {
      unsubscribe();
      const retired = [...slots.values()];
      slots.clear();
      await Promise.allSettled(retired.map(async (slot) => (await slot.live).provider.close()));
    },
  };
}

/** What the factory needs of a stored connection. */
export function toProviderTarget(connection: Connection, secrets: ConnectionSecrets): ProviderTarget {
  const { url, timeouts, adapter, concurrency } = connection;
  return { ...toEndpoint(connection), url, secrets, timeouts, adapter, concurrency };
}

/** Running calls may finish; the sockets close after them. */
function retire(slot: Slot | undefined): void {
  slot?.live.then(({ provider }) => provider.close()).catch(() => undefined);
}
