import { createConnectionSchema } from "@corral/core";
import type { FastifyBaseLogger } from "fastify";
import type { Container } from "./container.ts";
import type { EnvConnection } from "./env.ts";
import { localOllamaUrl, probeOllama } from "./probe-ollama.ts";
import { toStartError } from "./start-error.ts";

/** Makes what the environment asks for and the database does not have yet: the administrator and the connections. */
export async function prepareFirstStart(container: Container, logger: FastifyBaseLogger): Promise<void> {
  const { env, identity, services } = container;
  const hasConnections = services.catalog.current().connections().length > 0;
  if (env.administrator !== null) {
    const { email, password } = env.administrator;
    const name = email.split("@", 1)[0] ?? email;
    const made = await identity
      .ensureAdministrator({ email, password: password.reveal(), name })
      .catch((error: unknown) => {
        throw toStartError(
          error,
          "The administrator of CORRAL_ADMIN_EMAIL and CORRAL_ADMIN_PASSWORD cannot be made:",
        );
      });
    if (made !== undefined) logger.info(`The administrator ${made.email} was made from CORRAL_ADMIN_EMAIL.`);
  }
  if (hasConnections) {
    if (env.connections.length > 0) reportUnapplied(container, logger);
    return;
  }
  for (const connection of env.connections) {
    await provision(container, connection).catch((error: unknown) => {
      throw toStartError(error, `The connection to ${connection.url} cannot be made:`);
    });
  }
}

/**
 * Looks for an Ollama on this machine until there is a connection: connected at once when the environment named the
 * administrator, otherwise offered in the set-up.
 */
export function watchForLocalOllama(container: Container, logger: FastifyBaseLogger): Disposable {
  const { env, services } = container;
  if (env.administrator === null || env.connections.length > 0) return { [Symbol.dispose]: () => undefined };
  const look = async (): Promise<void> => {
    if (services.catalog.current().connections().length > 0) return stop();
    const version = await probeOllama(localOllamaUrl);
    if (version === undefined) return;
    await provision(container, { provider: "ollama", url: localOllamaUrl, key: null });
    logger.info(`Ollama ${version} was found on this machine and connected.`);
    stop();
  };
  const timer = setInterval(() => void lookSafely(), lookEveryMs);
  const stop = () => clearInterval(timer);
  const lookSafely = () =>
    look().catch((error: unknown) => logger.warn({ err: error }, "looking for a local Ollama failed"));
  void lookSafely();
  return { [Symbol.dispose]: stop };
}

const lookEveryMs = 30_000;

async function provision(container: Container, connection: EnvConnection): Promise<void> {
  const { provider, url, key } = connection;
  await container.services.connections.provision(
    createConnectionSchema.parse({
      provider,
      url,
      name: new URL(url).host,
      defaultVisibility: { kind: container.env.defaultVisibility },
      ...(key !== null && { authType: "bearer", key: key.reveal() }),
    }),
  );
}

/** One line for a changed variable at a later start: the database is the truth then. */
function reportUnapplied(container: Container, logger: FastifyBaseLogger): void {
  const known = new Set(
    container.services.catalog
      .current()
      .connections()
      .map((connection) => connection.name),
  );
  const missing = container.env.connections.filter((connection) => !known.has(new URL(connection.url).host));
  if (missing.length === 0) return;
  logger.info(
    `Not applied: ${missing.map((connection) => connection.url).join(", ")} from the environment. Connections are changed under Connections in the dashboard.`,
  );
}
