import { hasPermission, type ExplicitAccess } from "@corral/access-control";
import type { Catalog } from "../catalog/catalog.ts";
import type { UnitOfWork } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor, ChangeAuthor } from "../identity/actor.ts";
import { limits } from "../limits.ts";
import { assertMayName } from "../model/judge-sharing.ts";
import type { WriteContext } from "../model/model-service.ts";
import type { CircuitState } from "../provider/circuit-state.ts";
import type { ProviderFactory, ProviderTarget } from "../provider/provider-factory.ts";
import { toProviderTarget, type ProviderRegistry } from "../provider/provider-registry.ts";
import type { ConnectionHealth } from "./connection-health.ts";
import { normalizeBaseUrl, toSlug, typeOfAddress } from "./connection-address.ts";
import { assertAdapterFits } from "./connection-adapter.ts";
import { parseEndpoint, secretHomes, toEndpoint } from "./connection-endpoint.ts";
import { newSecrets, nextSecrets, noSecrets, type SecretHolder } from "./connection-secrets.ts";
import type {
  Connection,
  ConnectionDraft,
  ConnectionSecrets,
  CreateConnection,
  UpdateConnection,
} from "./connection.ts";
import type { ConnectionRefresher } from "./connection-refresher.ts";
import { verifyTarget, type Verification } from "./verify-target.ts";

/** Configured endpoints. Administrators write; `connections.read` sees. */
export interface ConnectionService {
  list(actor: Actor): Promise<readonly Connection[]>;
  /** @throws DomainError `access_denied`, `name_taken`, `outbound_denied`, `principal_not_found`. */
  create(actor: Actor, input: CreateConnection, context: WriteContext): Promise<Connection>;
  /** @throws DomainError as create, `connection_not_found`, `revision_conflict`, `key_bound_to_origin`. */
  update(actor: Actor, input: UpdateConnection, context: WriteContext): Promise<Connection>;
  /** Archives it: secrets are erased, models with settings or dependants stay as gone. */
  delete(actor: Actor, uid: string, context: WriteContext): Promise<void>;
  /**
   * Tries an endpoint as it would be saved. `keepSecretsOf` names the saved connection whose key fills in for an
   * untouched field, if the origin is the same.
   */
  verify(
    actor: Actor,
    input: { readonly draft: ConnectionDraft; readonly keepSecretsOf?: string },
    signal: AbortSignal,
  ): Promise<Verification>;
  /** By the server itself, for what the configuration names. Reachable from no surface. @throws as create. */
  provision(input: CreateConnection): Promise<Connection>;
  health(actor: Actor): readonly ConnectionHealth[];
  /** How much its provider trusts it, as a whole and model by model, in this process. @throws DomainError `connection_not_found`. */
  circuits(actor: Actor, uid: string): Promise<readonly CircuitState[]>;
  /** Lists its models again now and waits up to 2 s. */
  refresh(actor: Actor, uid: string): Promise<ConnectionHealth | undefined>;
}

export type ConnectionPorts = {
  readonly catalog: Catalog;
  readonly unitOfWork: UnitOfWork;
  readonly refresher: ConnectionRefresher;
  readonly createProvider: ProviderFactory;
  readonly registry: Pick<ProviderRegistry, "get">;
  /** Refuses addresses that are never connected to. @throws DomainError `outbound_denied`. */
  readonly assertOutboundUrl: (url: string) => void;
};

export function createConnectionService(ports: ConnectionPorts): ConnectionService {
  return {
    async list(actor) {
      assertMaySee(actor);
      return ports.unitOfWork.read(({ connections }) => connections.list());
    },
    async create(actor, input, context) {
      assertAdministrator(actor);
      assertNamesExist(actor, input.defaultVisibility, ports);
      return createConnection(ports, authorOf(actor, context, "connections.create"), input);
    },
    provision: (input) => createConnection(ports, { actorId: null, action: "connections.provision" }, input),
    async update(actor, input, context) {
      assertAdministrator(actor);
      return updateConnection(
        ports,
        { actor, author: authorOf(actor, context, "connections.update") },
        input,
      );
    },
    async delete(actor, uid, context) {
      assertAdministrator(actor);
      const author = authorOf(actor, context, "connections.delete");
      const { change } = await ports.unitOfWork.write(author, ({ connections }) => connections.archive(uid));
      await ports.catalog.acknowledge(change);
    },
    async verify(actor, input, signal) {
      assertAdministrator(actor);
      const { timeouts = {}, adapter = {} } = input.draft;
      const next = checkedHolder(ports, { url: input.draft.url, endpoint: toEndpoint(input.draft), adapter });
      const secrets = await secretsForVerify(ports, { ...input, next });
      const { url, endpoint } = next;
      return verifyTarget(
        ports.createProvider({ ...endpoint, url, secrets, timeouts, adapter, concurrency: null }),
        signal,
      );
    },
    health(actor) {
      assertMaySee(actor);
      return ports.refresher.board.all();
    },
    async circuits(actor, uid) {
      assertMaySee(actor);
      const { provider } = await ports.registry.get(uid);
      return provider.circuits?.() ?? [];
    },
    async refresh(actor, uid) {
      assertAdministrator(actor);
      if (ports.catalog.current().findConnection(uid) === undefined)
        throw new DomainError("connection_not_found");
      await ports.refresher.refreshWithin(uid, limits.refreshWaitMs);
      return ports.refresher.board.of(uid);
    },
  };
}

type ConnectionWriter = { readonly actor: Actor; readonly author: ChangeAuthor };

async function createConnection(
  ports: ConnectionPorts,
  author: ChangeAuthor,
  input: CreateConnection,
): Promise<Connection> {
  const { key, clientSecret, headers, slug, connectionType, timeouts = {}, adapter = {}, ...fields } = input;
  const holder = checkedHolder(ports, { url: input.url, endpoint: toEndpoint(input), adapter });
  const { url, endpoint } = holder;
  const secrets = newSecrets(holder, { key, clientSecret, headers });
  await assertUsable(ports, { ...endpoint, url, secrets, timeouts, adapter, concurrency: input.concurrency });
  const { value, change } = await ports.unitOfWork.write(author, async ({ connections }) =>
    connections.insert(
      {
        ...fields,
        url,
        timeouts,
        adapter,
        slug: slug ?? freeSlug(toSlug(input.name), await connections.list()),
        connectionType: connectionType ?? typeOfAddress(url),
      },
      secrets,
    ),
  );
  await ports.catalog.acknowledge(change);
  void ports.refresher.refresh(value.uid);
  return value;
}

/** A slug that nobody chose must not be in the way: the next free one, `lab-2` after `lab`. */
function freeSlug(wanted: string, connections: readonly Connection[]): string {
  const taken = new Set(connections.map((connection) => connection.slug));
  let slug = wanted;
  for (let number = 2; taken.has(slug); number += 1) {
    const end = `-${number}`;
    slug = wanted.slice(0, 32 - end.length).replace(/-+$/u, "") + end;
  }
  return slug;
}

async function updateConnection(
  ports: ConnectionPorts,
  { actor, author }: ConnectionWriter,
  input: UpdateConnection,
): Promise<Connection> {
  const { uid, revision, key, clientSecret, headers, url: rawUrl, authType, azure, ...patch } = input;
  const { value, change } = await ports.unitOfWork.write(author, async ({ connections }) => {
    const stored = await connections.find(uid);
    if (stored === undefined) throw new DomainError("connection_not_found");
    if (stored.revision !== revision) {
      throw new DomainError("revision_conflict", undefined, { details: { current: stored } });
    }
    const { provider } = stored;
    const holder = checkedHolder(ports, {
      url: rawUrl ?? stored.url,
      adapter: patch.adapter ?? stored.adapter,
      endpoint: parseEndpoint({
        provider,
        authType: authType ?? stored.authType,
        azure: azure ?? stored.azure,
      }),
    });
    const held = await connections.getSecrets(uid);
    const { url, endpoint } = holder;
    const before = { ...stored, endpoint: toEndpoint(stored), held };
    const secrets = nextSecrets(before, holder, { key, clientSecret, headers });
    if (patch.defaultVisibility !== undefined) assertNamesExist(actor, patch.defaultVisibility, ports);
    const isTouched =
      key !== undefined ||
      headers !== undefined ||
      secrets.clientSecret !== held.clientSecret ||
      Object.keys(secrets.headers).length !== Object.keys(held.headers).length;
    const next = { ...stored, ...definedFields(patch), ...endpoint, url };
    await assertUsable(ports, toProviderTarget(next, secrets));
    return connections.update(next, isTouched ? secrets : undefined);
  });
  await ports.catalog.acknowledge(change);
  if (value.enabled) void ports.refresher.refresh(value.uid);
  return value;
}

async function secretsForVerify(
  ports: ConnectionPorts,
  input: { readonly draft: ConnectionDraft; readonly keepSecretsOf?: string; readonly next: SecretHolder },
): Promise<ConnectionSecrets> {
  const { keepSecretsOf: uid, draft, next } = input;
  const { key, clientSecret, headers } = draft;
  if (uid === undefined) return newSecrets(next, { key, clientSecret, headers });
  const [stored, held] = await ports.unitOfWork.read(async ({ connections }) => {
    const found = await connections.find(uid);
    return [found, found ? await connections.getSecrets(uid) : noSecrets] as const;
  });
  if (stored === undefined) throw new DomainError("connection_not_found");
  const before = { ...stored, endpoint: toEndpoint(stored), held };
  return nextSecrets(before, next, { key, clientSecret, headers });
}

/** Every address that will be called is one that may be. */
function checkedHolder(ports: ConnectionPorts, { url: raw, endpoint, adapter }: SecretHolder): SecretHolder {
  const url = normalizeBaseUrl(raw);
  assertAdapterFits(endpoint.provider, adapter);
  ports.assertOutboundUrl(url);
  if (adapter.proxy !== undefined) ports.assertOutboundUrl(adapter.proxy);
  const { authority, management } = secretHomes(url, endpoint);
  ports.assertOutboundUrl(authority);
  ports.assertOutboundUrl(management);
  return { url, endpoint, adapter };
}

/** An adapter that cannot be made could not be called either; what is wrong is said now, not at the first call. */
async function assertUsable(ports: ConnectionPorts, target: ProviderTarget): Promise<void> {
  await ports.createProvider(target).close();
}

/** Whom a connection's default visibility names must exist. */
function assertNamesExist(actor: Actor, access: ExplicitAccess, ports: ConnectionPorts): void {
  if (access.kind !== "restricted") return;
  const { read, write } = access;
  const named = {
    userIds: [...read.userIds, ...write.userIds],
    groupIds: [...read.groupIds, ...write.groupIds],
  };
  assertMayName(actor, named, ports.catalog.current());
}

function definedFields<T extends object>(patch: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  // safe: exactly the undefined values are taken out
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function assertAdministrator(actor: Actor): void {
  const { role, status } = actor.principal;
  if (role !== "admin" || status !== "active")
    throw new DomainError("access_denied", "Only administrators manage connections.");
}

function assertMaySee(actor: Actor): void {
  if (!hasPermission(actor.principal, "connections.read", actor.permissions)) {
    throw new DomainError("access_denied", "Seeing connections needs the permission connections.read.");
  }
}

function authorOf(actor: Actor, context: WriteContext, action: string): ChangeAuthor {
  return { actorId: actor.principal.userId, requestId: context.requestId, action };
}
