import { randomBytes } from "node:crypto";
import type { ApiServices } from "@corral/api";
import {
  createAccessService,
  createAliasService,
  createBaseNameService,
  createAuditService,
  createChatService,
  createConnectionService,
  createDiscoveryService,
  createEventHub,
  createLifecycleService,
  createModelService,
  createNameService,
  createOllamaService,
  createPreviewService,
  createPresentationService,
  createPolicyService,
  createOperationService,
  createPinService,
  createProviderRegistry,
  createRecordConfigs,
  isDomainError,
  startCatalog,
  startConnectionRefresher,
  UseRecorder,
  startResumingOperations,
  type Authenticator,
  type DomainError,
  type ErrorCode,
  type HealthBoard,
  type OperationPorts,
  type OperationService,
  type Secret,
} from "@corral/core";
import { createIdentity, type Identity } from "@corral/identity";
import { assertOutboundUrl } from "@corral/provider-kit";
import type { FastifyBaseLogger } from "fastify";
import { assertNotOurselves, type OwnAddress } from "./assert-not-ourselves.ts";
import { createProviderFactory, providerParams } from "./create-provider.ts";
import { createEntraTokens } from "./entra/create-entra-tokens.ts";
import { openDocuments } from "./document/open-documents.ts";
import type { Env } from "./env.ts";
import { InFlight } from "./http/in-flight.ts";
import { createLiveCalls, type LiveCalls } from "./http/live-calls.ts";
import { isLoopbackHost, type ServedAt } from "./http/request-guards.ts";
import { createIdentityServices } from "./identity-services.ts";
import { noRefreshLeases } from "./no-refresh-leases.ts";
import { openSignInElsewhere, type SignInElsewhere } from "./open-sign-in-elsewhere.ts";
import { openDatabase, type OpenDatabase } from "./open-database.ts";
import { createSecretSource } from "./secret-source.ts";
import { startUpkeep } from "./start-upkeep.ts";
import { logFailure, toKnownError } from "./to-known-error.ts";

/** Everything that is alive while the server runs, wired together. Disposing it ends all of it, last made first. */
export interface Container extends AsyncDisposable {
  readonly env: Env;
  readonly version: string;
  readonly services: ApiServices & SignInElsewhere;
  readonly identity: Identity;
  readonly authenticator: Authenticator;
  readonly calls: LiveCalls;
  readonly inFlight: InFlight;
  readonly database: OpenDatabase["database"];
  servedAt(): ServedAt;
  /** Once the port is known. */
  setPort(port: number): void;
  cookie(): {
    readonly name: string;
    readonly attributes: Identity["cookie"]["attributes"];
    readonly encode: (token: Secret) => string;
  };
  isDatabaseUp(): Promise<boolean>;
  isDraining(): boolean;
  /** From now on new requests are refused, and a successor on the same data waits. */
  drain(): Promise<void>;
  toDomainError(error: unknown): DomainError;
  logFailure(log: FastifyBaseLogger, error: unknown, code?: ErrorCode): void;
}

export type StartOptions = {
  readonly logger: FastifyBaseLogger;
  readonly version: string;
  /** Gives up waiting for a predecessor or for PostgreSQL; it does not stop a started server. */
  readonly signal?: AbortSignal;
  /** A command, beside a server or in its place: it lists no provider, and leaves work in the background to servers. */
  readonly isCommand?: boolean;
  /** Of a command that changes what a provider has: a server is asked to list it, or it does that itself. */
  readonly listsModels?: boolean;
};

const pingMs = 1_000;

/** Opens the database and starts everything on it. @throws StartError and the packages' own start errors. */
export async function createContainer(
  env: Env,
  options: StartOptions & { readonly setupCode: Secret },
): Promise<Container> {
  const { logger, version, signal, isCommand = false, listsModels = !isCommand } = options;
  await using starting = new AsyncDisposableStack();
  const opened = await openDatabase(starting, { env, logger, signal, isCommand });
  const { database } = opened;
  const catalog = starting.use(await openCatalog(database, options));
  let publicUrl = env.publicUrl ?? new URL(`http://${hostForUrl(env.host)}:${env.port}`);
  const identity = starting.use(
    await createIdentity({
      databaseUrl: opened.url,
      publicUrl: publicUrl.href,
      origin: () => publicUrl.origin,
      secret: database.identitySecret,
      setupCode: env.administrator === null ? options.setupCode : null,
      catalog,
      isSignUpOpen: async () => (await database.settings.get()).signUpOpen,
      log: logger,
      signInFailuresPerMinute: env.signInFailuresPerMinute,
    }),
  );
  const on = { env, database, catalog, identity, logger, isCommand, listsModels };
  const ownAddress = () => ({ publicUrl, port: env.port });
  const services = {
    ...(await startServices(starting, { ...on, ownAddress })),
    ...openSignInElsewhere(starting, { ...on, ownAddress }),
  };
  if (!isCommand) starting.use(startUpkeep(database, logger));
  const calls = createLiveCalls(identity.authenticator);
  const resources = starting.move();
  let isDraining = false;

  return {
    env,
    version,
    services,
    identity,
    authenticator: identity.authenticator,
    calls,
    inFlight: new InFlight(),
    database,
    servedAt: () => ({ publicUrl, isLoopback: isLoopbackHost(env.host) }),
    setPort(port) {
      publicUrl = env.publicUrl ?? new URL(`http://${hostForUrl(env.host)}:${port}`);
    },
    cookie: () => ({ ...identity.cookie, encode: (token) => identity.cookie.sign(token) }),
    isDatabaseUp: () => answersInTime(database.ping()),
    isDraining: () => isDraining,
    async drain() {
      isDraining = true;
      await opened.markDraining();
    },
    toDomainError: toKnownError,
    logFailure,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function openCatalog({ feed, processes }: OpenDatabase["database"], { logger, signal }: StartOptions) {
  return startCatalog(feed, {
    processes,
    ...(signal && { signal }),
    onError(error) {
      // a stop interrupts whatever the catalog is reading
      if (isDomainError(error) && error.code === "shutting_down") return;
      logger.error({ err: error }, "the catalog could not be updated");
    },
  });
}

type Foundation = {
  readonly env: Env;
  readonly database: OpenDatabase["database"];
  readonly catalog: Awaited<ReturnType<typeof startCatalog>>;
  readonly logger: FastifyBaseLogger;
  readonly isCommand: boolean;
  readonly listsModels: boolean;
};

const now = () => new Date();

/** What talks to providers: their adapters, and what lists their models. */
async function startProviders(resources: AsyncDisposableStack, on: Foundation) {
  const { env, database, catalog, logger } = on;
  const { unitOfWork } = database;
  const createProvider = createProviderFactory(createEntraTokens());
  const secrets = createSecretSource(env.secretReferences);
  const registry = resources.use(createProviderRegistry({ catalog, unitOfWork, createProvider, secrets }));
  const leases = resources.use(on.listsModels ? database.openRefreshLeases() : noRefreshLeases());
  const onError = (error: unknown) => logger.error({ err: error }, "models could not be listed");
  const refresher = resources.use(
    await startConnectionRefresher({ catalog, unitOfWork, registry, leases, now, onError }),
  );
  return { createProvider, secrets, registry, refresher };
}

async function startServices(
  resources: AsyncDisposableStack,
  on: Foundation & { readonly identity: Identity; readonly ownAddress: () => OwnAddress },
): Promise<Omit<ApiServices, keyof SignInElsewhere>> {
  const { catalog, logger } = on;
  const { unitOfWork } = on.database;
  const { createProvider, secrets, registry, refresher } = await startProviders(resources, on);
  const { board } = refresher;
  const uses = resources.use(
    new UseRecorder({
      unitOfWork,
      now,
      onError: (error) => logger.warn({ err: error }, "uses of models were not noted"),
    }),
  );
  const events = resources.use(createEventHub({ catalog, board, boot: randomBytes(6).toString("hex") }));
  const connectionPorts = {
    catalog,
    unitOfWork,
    refresher,
    createProvider,
    registry,
    secrets,
    assertOutboundUrl(url: string) {
      assertOutboundUrl(url);
      assertNotOurselves(url, on.ownAddress());
    },
  };
  return {
    ...createServicesOfRecords({ catalog, unitOfWork, uses, health: board }),
    ...createIdentityServices({ ...on, now }),
    board,
    catalog,
    events,
    refresher,
    chat: createChatService({
      catalog,
      registry,
      configs: createRecordConfigs(unitOfWork),
      random: Math.random,
      uses,
      health: board,
      now,
    }),
    connections: createConnectionService(connectionPorts),
    documents: openDocuments({ catalog, database: on.database, connections: connectionPorts, secrets }),
    ollama: createOllamaService({
      registry,
      unitOfWork,
      refresher,
      onError: (error) => logger.error({ err: error }, "a pull could not be followed"),
    }),
    previews: createPreviewService({ catalog, unitOfWork, health: board, registry, now }),
    providerParams,
    operations: startOperations(resources, { ...on, unitOfWork, board }),
    pins: createPinService({ catalog, unitOfWork, health: board }),
  };
}

/** The use cases that need no provider. */
function createServicesOfRecords({
  catalog,
  unitOfWork,
  uses,
  health,
}: {
  readonly catalog: Awaited<ReturnType<typeof startCatalog>>;
  readonly unitOfWork: OpenDatabase["database"]["unitOfWork"];
  readonly uses: UseRecorder;
  readonly health: ApiServices["board"];
}) {
  const models = createModelService({ catalog, unitOfWork, health });
  return {
    access: createAccessService({ catalog, unitOfWork, models, health }),
    audit: createAuditService({ catalog, unitOfWork }),
    discovery: createDiscoveryService({ unitOfWork }),
    policies: createPolicyService({ catalog, unitOfWork, now }),
    aliases: createAliasService({ catalog, unitOfWork }),
    baseNames: createBaseNameService({ catalog, unitOfWork }),
    names: createNameService({ catalog, unitOfWork }),
    models,
    presentation: createPresentationService({ catalog, unitOfWork, health }),
    lifecycles: createLifecycleService({ catalog, unitOfWork, uses, now }),
  };
}

function startOperations(
  resources: AsyncDisposableStack,
  on: OperationPorts & Pick<Foundation, "logger" | "isCommand"> & { readonly board: HealthBoard },
): OperationService {
  const { catalog, unitOfWork, board, logger } = on;
  const onError = (error: unknown) => logger.error({ err: error }, "an operation could not be gone on with");
  if (!on.isCommand) resources.use(startResumingOperations({ catalog, unitOfWork, onError }));
  return createOperationService({ catalog, unitOfWork, health: board });
}

function hostForUrl(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

async function answersInTime(ping: Promise<void>): Promise<boolean> {
  const { promise: timeUp, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), pingMs);
  try {
    return await Promise.race([ping.then(() => true), timeUp]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
