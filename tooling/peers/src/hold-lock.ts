import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

export type LockOptions = {
  pollMs?: number;
  /** Called once, when another process holds the lock. */
  onWait?: () => void;
};

/** SQLite's code for "somebody else holds it". */
const busy = 5;

/**
 * Waits for the lock and holds it until disposed. An exclusive transaction of SQLite is a lock of the operating system:
 * it ends with its process, however that dies, so that nothing stale has to be recognized.
 */
export async function holdLock(file: string, options: LockOptions = {}): Promise<Disposable> {
  const database = new DatabaseSync(file, { timeout: 0 });
  let waits = false;
  while (!tryBegin(database)) {
    if (!waits) options.onWait?.();
    waits = true;
    await sleep(options.pollMs ?? 1_000);
  }
  return { [Symbol.dispose]: () => database.close() };
}

function tryBegin(database: DatabaseSync): boolean {
  try {
    database.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (error instanceof Error && "errcode" in error && error.errcode === busy) return false;
    database.close();
    throw error;
  }
}
