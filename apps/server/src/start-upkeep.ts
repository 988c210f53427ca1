import type { Database } from "@corral/db";
import type { FastifyBaseLogger } from "fastify";

const everyMs = 3_600_000;
/** A start has better things to do, and so have several at once. */
const firstMs = 300_000;

/** Cuts the change log and forgets unused pictures, every hour while the server runs. */
export function startUpkeep(
  database: Pick<Database, "prune">,
  logger: Pick<FastifyBaseLogger, "info" | "error">,
  times: { readonly firstMs: number; readonly everyMs: number } = { firstMs, everyMs },
): AsyncDisposable {
  let running: Promise<void> = Promise.resolve();
  const work = async () => {
    try {
      const pruned = await database.prune();
      if (pruned.changes > 0 || pruned.images > 0) logger.info(pruned, "old lines and pictures were deleted");
    } catch (error) {
      logger.error({ err: error }, "the change log could not be cut");
    }
  };
  let timer: ReturnType<typeof setTimeout>;
  const schedule = (afterMs: number) => {
    timer = setTimeout(
      () => {
        running = work().finally(() => schedule(times.everyMs));
      },
      afterMs * (0.8 + 0.4 * Math.random()),
    );
  };
  schedule(times.firstMs);
  return {
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      await running;
      // it may have planned its next turn meanwhile
      clearTimeout(timer);
    },
  };
}
