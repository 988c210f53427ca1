import { randomBytes } from "node:crypto";
import { DomainError, Secret } from "@corral/core";
import { createApp } from "./app.ts";
import { createContainer, type Container, type StartOptions } from "./container.ts";
import { dashboardDist } from "./http/dashboard-routes.ts";
import type { Env } from "./env.ts";
import { prepareFirstStart, watchForLocalOllama } from "./first-start.ts";
import { StartError } from "./start-error.ts";

/** A server that listens. */
export interface RunningServer extends AsyncDisposable {
  readonly url: string;
  /** Opens the set-up with its code; `null` once there is an administrator. */
  readonly setupUrl: string | null;
  /** Lets running calls finish for the drain time, then ends them and everything else. */
  stop(): Promise<void>;
}

/** Starts everything and listens. @throws StartError with a sentence for whoever started it. */
export async function runServer(
  env: Env,
  options: StartOptions & {
    /** Folder of the built dashboard, with a slash at its end; by default that of `pnpm start`. */
    readonly dashboard?: string;
  },
): Promise<RunningServer> {
  await using starting = new AsyncDisposableStack();
  const setupCode = new Secret(randomBytes(12).toString("base64url"));
  const container = starting.use(await createContainer(env, { ...options, setupCode }));
  await prepareFirstStart(container, options.logger);
  const app = await createApp(container, {
    logger: options.logger,
    dashboard: options.dashboard ?? dashboardDist,
  });
  starting.defer(async () => app.close());
  const port = await listen(app, env);
  container.setPort(port);
  starting.use(watchForLocalOllama(container, options.logger));
  const { needsAdministrator } = await container.services.accounts.setupState();
  const resources = starting.move();

  let stopping: Promise<void> | undefined;
  const drainAndDispose = async (): Promise<void> => {
    try {
      await drain(container, env.drainMs);
    } finally {
      await resources.disposeAsync();
    }
  };
  const stop = (): Promise<void> => {
    stopping ??= drainAndDispose();
    return stopping;
  };
  const url = container.servedAt().publicUrl.origin;
  return {
    url,
    setupUrl: needsAdministrator ? `${url}/setup#code=${setupCode.reveal()}` : null,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function listen(app: Awaited<ReturnType<typeof createApp>>, env: Env): Promise<number> {
  try {
    await app.listen({
      host: env.host,
      port: env.port,
      listenTextResolver: (address) => `Listening on ${address}`,
    });
  } catch (cause) {
    throw toListenError(cause, env);
  }
  const address = app.server.address();
  return typeof address === "object" && address !== null ? address.port : env.port;
}

function toListenError(cause: unknown, { host, port }: Env): unknown {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const problems: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} on ${host} is taken. Stop what uses it, or set CORRAL_PORT to another one.`,
    EACCES: `Port ${port} on ${host} is for privileged users. Set CORRAL_PORT to one from 1024.`,
    EADDRNOTAVAIL: `${host} is not an address of this machine. Set CORRAL_HOST to one, or leave it out.`,
    ENOTFOUND: `${host} is not a known name. Set CORRAL_HOST to an address of this machine, or leave it out.`,
  };
  const problem = typeof code === "string" ? problems[code] : undefined;
  return problem === undefined ? cause : new StartError(problem, { cause });
}

/** New requests are refused from now on; running calls may finish until the time is up. */
async function drain(container: Container, drainMs: number): Promise<void> {
  await container.drain();
  const end = performance.now() + drainMs;
  container.inFlight.endSubscriptions();
  while (container.inFlight.count > 0 && performance.now() < end) await pause(20);
  container.calls.abortAll(new DomainError("shutting_down"));
  while (container.inFlight.count > 0 && performance.now() < end + lastWordsMs) await pause(20);
}

/** Time for streams to send their last event. */
const lastWordsMs = 500;

function pause(timeMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, timeMs);
  return promise;
}
