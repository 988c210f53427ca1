import type { Catalog } from "../catalog/catalog.ts";
import { toEndpoint } from "../connection/connection-endpoint.ts";
import type { Connection, ConnectionSecrets } from "../connection/connection.ts";
import { resolveReferences, toUnresolved, type SecretSource } from "../connection/secret-references.ts";
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

type Loaded = LiveConnection & {
  /** Whether the secrets that the adapter was made with have changed where they are read from. */
  readonly hasOtherSecrets?: () => Promise<boolean>;
};
type Slot = { readonly revision: number; readonly live: Promise<Loaded>; checkedMs: number };

/** How long a secret's file is believed. */
const secretCheckMs = 1_000;

type RegistryPorts = {
  readonly catalog: Pick<Catalog, "current" | "onChange">;
  readonly unitOfWork: Pick<UnitOfWork, "read">;
  readonly createProvider: ProviderFactory;
  readonly secrets: Pick<SecretSource, "resolve">;
};

/** The registry reads a connection once a revision; calls in between cost a map lookup. */
export function createProviderRegistry(ports: RegistryPorts): ProviderRegistry {
  const slots = new Map<string, Slot>();

  const replace = (uid: string, revision: number): Slot => {
    retire(slots.get(uid));
    const slot: Slot = { revision, live: loadConnection(ports, uid), checkedMs: performance.now() };
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
      if (slot?.revision !== revision) return replace(uid, revision).live;
      const loaded = await slot.live;
      if (loaded.hasOtherSecrets === undefined || performance.now() - slot.checkedMs < secretCheckMs)
        return loaded;
      slot.checkedMs = performance.now();
      const isOld = await loaded.hasOtherSecrets();
      return isOld && slots.get(uid) === slot ? replace(uid, revision).live : loaded;
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

async function loadConnection(ports: RegistryPorts, uid: string): Promise<Loaded> {
  const [connection, stored] = await ports.unitOfWork.read(async ({ connections }) => {
    const found = await connections.find(uid);
    if (found === undefined) throw new DomainError("connection_not_found");
    return [found, await connections.getSecrets(uid)] as const;
  });
  const secrets = await resolveReferences(stored, ports.secrets).catch((error: unknown) => {
    throw toUnresolved(error);
  });
  return {
    connection,
    provider: ports.createProvider(toProviderTarget(connection, secrets)),
    // the environment stays as it is while the process lives
    ...(namesFile(connection) && {
      hasOtherSecrets: async () => {
        const now = await resolveReferences(stored, ports.secrets).catch(() => undefined);
        return now === undefined || textOf(now) !== textOf(secrets);
      },
    }),
  };
}

function namesFile({ secretReferences: { key, clientSecret, headers = {} } }: Connection): boolean {
  return [key, clientSecret, ...Object.values(headers)].some((text) => text?.startsWith("file:"));
}

/** To compare, never to show. */
function textOf({ key, clientSecret, headers }: ConnectionSecrets): string {
  const named = Object.entries(headers).map(([name, value]) => [name, value.reveal()]);
  return JSON.stringify([key?.reveal(), clientSecret?.reveal(), named]);
}

/** Running calls may finish; the sockets close after them. */
function retire(slot: Slot | undefined): void {
  slot?.live.then(({ provider }) => provider.close()).catch(() => undefined);
}
