import { createConnectionService } from "../connection/connection-service.ts";
import type { ReportItem } from "./document-report.ts";
import { writeConnection, type WrittenConnection } from "./connection-write.ts";
import type { ConnectionStep } from "./plan-connections.ts";
import type { World } from "./read-world.ts";
import { eachStep, markingFor, type Run } from "./run-steps.ts";

/** A connection that was made and lists nothing yet. */
export type MadeConnection = WrittenConnection & { readonly isHeld: boolean };

/**
 * Writes connections.
 *
 * @param on `isHeld`: what is made stays off until {@link openConnections}, so that nothing it lists slips past the
 *   policies that come with it.
 */
export async function runConnections(
  run: Run,
  world: World,
  on: { readonly planned: readonly ConnectionStep[]; readonly isHeld: boolean },
): Promise<{ readonly items: readonly ReportItem[]; readonly made: readonly MadeConnection[] }> {
  const { planned } = on;
  const steps = planned.map(({ step }) => step);
  const service = createConnectionService({ ...run.ports.connections, unitOfWork: markingFor(run, steps) });
  const writes = new Map(planned.map(({ step, write }) => [step, write]));
  const made: MadeConnection[] = [];
  const items = await eachStep(run, steps, async (step) => {
    const write = writes.get(step);
    if (write === undefined) return;
    if (write.kind === "delete") return service.delete(world.actor, write.uid, run.context);
    if (write.kind === "update") {
      await writeConnection(service, { world, context: run.context }, write);
      return;
    }
    const isHeld = on.isHeld && write.input.enabled;
    const input = isHeld ? { ...write.input, enabled: false } : write.input;
    const written = await writeConnection(service, { world, context: run.context }, { ...write, input });
    made.push({ ...written, isHeld });
  });
  return { items, made };
}

/** Switches on what was held back, and lists it: models may be built on what comes. */
export async function openConnections(
  run: Run,
  { actor }: World,
  made: readonly MadeConnection[],
): Promise<void> {
  const service = createConnectionService(run.ports.connections);
  await Promise.all(
    made.map(async ({ uid, revision, isHeld }) => {
      if (isHeld) await service.update(actor, { uid, revision, enabled: true }, run.context);
      await service.refresh(actor, uid);
    }),
  );
}
