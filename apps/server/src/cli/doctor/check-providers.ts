import type { Connection } from "@corral/core";
import type { Container } from "../../container.ts";
import { CliFailure } from "../cli-context.ts";
import { administratorOf } from "../with-services.ts";
import { failed, ok, skipped, toleratedClockMs, warning, type Finding } from "./finding.ts";
import { readProviderClock } from "./read-provider-clock.ts";

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
    const checks = enabled.map((connection) => check(container, { actor, connection, signal }));
    return (await Promise.all(checks)).flat();
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
): Promise<readonly Finding[]> {
  const { uid, slug, url, provider, authType, azure, timeouts, adapter } = on.connection;
  const name = `provider ${slug}`;
  // safe: endpoint and draft are the same pairs, which a saved connection has passed
  const draft = { provider, authType, azure, url, timeouts, adapter } as Parameters<
    typeof services.connections.verify
  >[1]["draft"];
  const signal = AbortSignal.any([on.signal, AbortSignal.timeout(deadlineMs)]);
  const [{ ok: isGood, rungs, modelCount }, aheadMs] = await Promise.all([
    services.connections.verify(on.actor, { draft, keepSecretsOf: uid }, signal),
    readProviderClock(on.connection, signal),
  ]);
  const clock = toClock(slug, aheadMs);
  if (isGood) return [ok(name, `${modelCount} models.`), ...clock];
  const broken = rungs.find((rung) => !rung.ok);
  const message = broken?.message ?? "It does not answer.";
  return [failed(name, message, `Edit the connection, or check ${new URL(url).origin}.`), ...clock];
}

/** Said only where they differ: with many connections it would be a line for each. */
function toClock(slug: string, aheadMs: number | undefined): readonly Finding[] {
  if (aheadMs === undefined || Math.abs(aheadMs) <= toleratedClockMs) return [];
  const seconds = (Math.abs(aheadMs) / 1_000).toFixed(1);
  return [
    warning(
      `clock of ${slug}`,
      `The provider's clock is ${seconds} s ${aheadMs > 0 ? "ahead" : "behind"}: it may refuse fresh tokens, and the times that it tells are wrong.`,
      "Set its clock and this machine's by the network (NTP).",
    ),
  ];
}
