import { hasPermission } from "@corral/access-control";
import { DomainError } from "../error/domain-error.ts";
import type { Actor, ChangeAuthor } from "../identity/actor.ts";
import { limits } from "../limits.ts";
import type { Writer } from "../model/model-ports.ts";
import type { WriteContext } from "../model/model-service.ts";
import type { PrefixRename } from "../name/name-repository.ts";
import type { CircuitState } from "../provider/circuit-state.ts";
import type { Provider, ProviderModel } from "../provider/provider.ts";
import type { ConnectionHealth } from "./connection-health.ts";
import { assertNamesExist, checkedHolder, type ConnectionPorts } from "./connection-checks.ts";
import { toEndpoint } from "./connection-endpoint.ts";
import { newSecrets, nextSecrets, noSecrets, type SecretHolder } from "./connection-secrets.ts";
import type {
  Connection,
  ConnectionDraft,
  ConnectionSecrets,
  CreateConnection,
  PreviewPrefix,
  UpdateConnection,
} from "./connection.ts";
import { resolveReferences } from "./secret-references.ts";
import {
  findArchived,
  restoreConnection,
  type ArchivedConnection,
  type ArchivedQuery,
  type RestoreConnection,
} from "./restore-connection.ts";
import { writeConnectionSets, type ConnectionSet } from "./connection-set.ts";
import { probeTarget, verifyTarget, type Verification } from "./verify-target.ts";
import { insertConnection, patchConnection } from "./write-connection.ts";

/** Configured endpoints. Administrators write; `connections.read` sees. */
export interface ConnectionService {
  list(actor: Actor): Promise<readonly Connection[]>;
  /** @throws DomainError `access_denied`, `name_taken`, `outbound_denied`, `principal_not_found`. */
  create(actor: Actor, input: CreateConnection, context: WriteContext): Promise<Connection>;
  /** @throws DomainError as create, `connection_not_found`, `revision_conflict`, `key_bound_to_origin`. */
  update(actor: Actor, input: UpdateConnection, context: WriteContext): Promise<Connection>;
  /**
   * What another prefix would do to the names of its models.
   *
   * @throws DomainError `access_denied`, `connection_not_found`, `name_taken` for another connection's prefix.
   */
  previewPrefix(actor: Actor, input: PreviewPrefix): Promise<readonly PrefixRename[]>;
  /**
   * Writes several as one: removes as delete, changes as update, adds as create, and orders them.
   *
   * @throws DomainError as these.
   */
  replaceSets(actor: Actor, sets: readonly ConnectionSet[], context: WriteContext): Promise<void>;
  /** Archives it: secrets are erased, models with settings or dependants stay as gone. */
  delete(actor: Actor, uid: string, context: WriteContext): Promise<void>;
  /** Connections that were deleted, the latest first; those that an endpoint of this kind and origin would bring back. */
  listArchived(actor: Actor, query: ArchivedQuery): Promise<readonly ArchivedConnection[]>;
  /**
   * Takes a deleted connection back under its uid, with new secrets; its models return with what was stored about them.
   *
   * @throws DomainError as create, `connection_not_found`.
   */
  restore(actor: Actor, input: RestoreConnection, context: WriteContext): Promise<Connection>;
  /**
   * Tries an endpoint as it would be saved. `keepSecretsOf` names the saved connection whose key fills in for an
   * untouched field, if the origin is the same.
   */
  verify(actor: Actor, input: Trial, signal: AbortSignal): Promise<Verification>;
  /** As verify, for those who want the failure itself: it is thrown. */
  probe(actor: Actor, input: Trial, signal: AbortSignal): Promise<Verification>;
  /** By the server itself, for what the configuration names. Reachable from no surface. @throws as create. */
  provision(input: CreateConnection): Promise<Connection>;
  health(actor: Actor): readonly ConnectionHealth[];
  /** How much its provider trusts it, as a whole and model by model, in this process. @throws DomainError `connection_not_found`. */
  circuits(actor: Actor, uid: string): Promise<readonly CircuitState[]>;
  /** Lists its models again now and waits up to 2 s. */
  refresh(actor: Actor, uid: string): Promise<ConnectionHealth | undefined>;
  /** What its endpoint lists at this moment, as it comes. @throws DomainError `connection_not_found`, the endpoint's failures. */
  listUpstream(actor: Actor, uid: string, signal: AbortSignal): Promise<readonly ProviderModel[]>;
}

/** An endpoint to try, and the saved connection whose secrets fill in. */
type Trial = { readonly draft: ConnectionDraft; readonly keepSecretsOf?: string };

export function createConnectionService(ports: ConnectionPorts): ConnectionService {
  return {
    ...createArchive(ports),
    ...createLamps(ports),
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
    async previewPrefix(actor, input) {
      assertAdministrator(actor);
      return previewPrefix(ports, input);
    },
    async delete(actor, uid, context) {
      assertAdministrator(actor);
      const author = authorOf(actor, context, "connections.delete");
      const { change } = await ports.unitOfWork.write(author, ({ connections }) => connections.archive(uid));
      await ports.catalog.acknowledge(change);
    },
    async replaceSets(actor, sets, context) {
      assertAdministrator(actor);
      return writeConnectionSets(
        ports,
        { actor, author: authorOf(actor, context, "connections.replaceSets") },
        sets,
      );
    },
    async verify(actor, input, signal) {
      assertAdministrator(actor);
      return verifyTarget(await openDraft(ports, input), signal);
    },
    async probe(actor, input, signal) {
      assertAdministrator(actor);
      return probeTarget(await openDraft(ports, input), signal);
    },
  };
}

function createArchive(ports: ConnectionPorts): Pick<ConnectionService, "listArchived" | "restore"> {
  return {
    async listArchived(actor, query) {
      assertAdministrator(actor);
      return findArchived(ports, query);
    },
    async restore(actor, input, context) {
      assertAdministrator(actor);
      return restoreConnection(
        ports,
        { actor, author: authorOf(actor, context, "connections.restore") },
        input,
      );
    },
  };
}

function createLamps(
  ports: ConnectionPorts,
): Pick<ConnectionService, "health" | "circuits" | "refresh" | "listUpstream"> {
  return {
    async listUpstream(actor, uid, signal) {
      assertMaySee(actor);
      const { provider } = await ports.registry.get(uid);
      return (await provider.listModels({ signal })).models;
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

function previewPrefix(
  ports: ConnectionPorts,
  { uid, prefix }: PreviewPrefix,
): Promise<readonly PrefixRename[]> {
  const wanted = prefix?.toLowerCase();
  return ports.unitOfWork.read(async ({ connections, names }) => {
    const others = (await connections.list()).filter((connection) => connection.uid !== uid);
    if (wanted !== undefined && others.some((other) => other.prefix?.toLowerCase() === wanted)) {
      throw new DomainError("name_taken", "Another connection already has this prefix.");
    }
    return names.planPrefix(uid, prefix);
  });
}

async function createConnection(
  ports: ConnectionPorts,
  author: ChangeAuthor,
  input: CreateConnection,
): Promise<Connection> {
  const { value, change } = await ports.unitOfWork.write(author, (repositories) =>
    insertConnection(ports, repositories, input),
  );
  await ports.catalog.acknowledge(change);
  void ports.refresher.refresh(value.uid);
  return value;
}

async function updateConnection(
  ports: ConnectionPorts,
  { actor, author }: Writer,
  input: UpdateConnection,
): Promise<Connection> {
  const { value, change } = await ports.unitOfWork.write(author, (repositories) =>
    patchConnection(ports, repositories, { actor, input }),
  );
  await ports.catalog.acknowledge(change);
  if (value.enabled) void ports.refresher.refresh(value.uid);
  return value;
}

/** A provider as the draft would make it, for one look. */
async function openDraft(ports: ConnectionPorts, input: Trial): Promise<Provider> {
  const { timeouts = {}, adapter = {} } = input.draft;
  const next = checkedHolder(ports, { url: input.draft.url, endpoint: toEndpoint(input.draft), adapter });
  const secrets = await secretsForVerify(ports, { ...input, next });
  const { url, endpoint } = next;
  const target = { ...endpoint, url, timeouts, adapter, concurrency: null };
  const resolved = await resolveReferences(secrets, ports.secrets);
  return ports.createProvider({ ...target, secrets: resolved });
}

async function secretsForVerify(
  ports: ConnectionPorts,
  input: Trial & { readonly next: SecretHolder },
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
