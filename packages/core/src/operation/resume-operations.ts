import { pause } from "../catalog/deadline.ts";
import { limits } from "../limits.ts";
import { finishOperation, type OperationPorts } from "./run-operation.ts";

/**
 * Goes on with operations that nobody goes on with: of a process that has died, or lost its database. Several processes
 * may do so at once; each part is written once.
 */
export function startResumingOperations(
  ports: OperationPorts & { readonly onError: (error: unknown) => void },
  { afterMs = limits.operationAbandonedMs }: { readonly afterMs?: number } = {},
): AsyncDisposable {
  const stop = new AbortController();
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await resumeAbandoned(ports, afterMs, stop.signal);
      await pause(afterMs / 2, stop.signal);
    }
  };
  const running = run();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

async function resumeAbandoned(
  ports: OperationPorts & { readonly onError: (error: unknown) => void },
  afterMs: number,
  signal: AbortSignal,
): Promise<void> {
  try {
    const ids = await ports.unitOfWork.read(({ operations }) => operations.listAbandoned(afterMs));
    for (const id of ids) if (!signal.aborted) await finishOperation(ports, id, signal);
  } catch (error) {
    if (!signal.aborted) ports.onError(error);
  }
}
