import { limits } from "@corral/core";
import type { Database } from "@corral/db";

/** Deletes pictures that nobody has used for a day, now and every hour, some hundreds a time. */
export function startImageSweeper(
  database: Pick<Database, "sweepImages">,
  options: { readonly onError: (error: unknown) => void; readonly everyMs?: number },
): AsyncDisposable {
  let running = Promise.resolve();
  const sweep = () => {
    running = running.then(async () => {
      try {
        await database.sweepImages();
      } catch (error) {
        options.onError(error);
      }
    });
  };
  const timer = setInterval(sweep, options.everyMs ?? limits.imageSweepEveryMs);
  timer.unref();
  sweep();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await running;
    },
  };
}
