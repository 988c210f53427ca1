import type { Connection } from "@corral/core";
import type { Container } from "../../container.ts";
import { CliFailure } from "../cli-context.ts";
import { administratorOf } from "../with-services.ts";
import { failed, ok, skipped, type Finding } from "./finding.ts";

const deadlineMs = 15_000;

/** Every connection that is switched on, asked for its models as the server would. */
export async function checkProviders(container: Container, signal: AbortSignal): Promise<readonly Finding[]> {
  const { connections } = await container.database.unitOfWork.read(async (repositories) => ({
    connections: await repositories.connections.list(),
  }));
  const enabled = connections.filter((connection) => connection.enabled);
  if (enabled.length === 0) return [skipped("providers", "There is no connection yet.")];
  try {
    const actor = await administratorOf(container, undefined, { anyOne: true });
    return await Promise.all(enabled.map((connection) => check(container, { actor, connection, signal })));
  } catch (error) {
    if (error instanceof CliFailure) return [skipped("providers", error.message)];
    throw error;
  }
}

async function check(
  { services }: Container,
  on: {
    readonly actor: Awaited<ReturnType<typeof administratorOf>>;
    readonly connection: Connection;
    readonly signal: AbortSignal;
  },
): Promise<Finding> {
  const { uid, slug, url, provider, authType, azure, timeouts, adapter } = on.connection;
  const name = `provider ${slug}`;
  // safe: endpoint and draft are the same pairs, which a saved connection has passed
  const draft = { provider, authType, azure, url, timeouts, adapter } as Parameters<
    typeof services.connections.verify
  >[1]["draft"];
  const signal = AbortSignal.any([on.signal, AbortSignal.timeout(deadlineMs)]);
  const {
    ok: isGood,
    rungs,
    modelCount,
  } = await services.connections.verify(on.actor, { draft, keepSecretsOf: uid }, signal);
  if (isGood) return ok(name, `${modelCount} models.`);
  const broken = rungs.find((rung) => !rung.ok);
  return failed(
    name,
    broken?.message ?? "It does not answer.",
    `Edit the connection, or check ${new URL(url).origin}.`,
  );
}
