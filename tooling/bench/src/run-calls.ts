import { Pool } from "undici";

/** One call and what its answer must be. */
export type Call = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** @throws WrongAnswer */
  readonly check: (answer: Buffer) => void;
};

/** A fast wrong answer is worth nothing: it ends the bench. */
export class WrongAnswer extends Error {
  override readonly name = "WrongAnswer";
}

/** Sends the calls in order, so many at a time. @returns How long each took, in milliseconds. */
export async function runCalls(pool: Pool, calls: readonly Call[], clients: number): Promise<number[]> {
  const latenciesMs: number[] = [];
  let next = 0;
  const client = async (): Promise<void> => {
    for (let call = calls[next++]; call !== undefined; call = calls[next++]) {
      const started = performance.now();
      const answer = await send(pool, call);
      latenciesMs.push(performance.now() - started);
      call.check(answer);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return latenciesMs;
}

/** @throws WrongAnswer for any status but 200. */
export async function send(pool: Pool, call: Omit<Call, "check">): Promise<Buffer> {
  const { method, path, headers, body = null } = call;
  const answer = await pool.request({ method, path, headers, body });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  if (answer.statusCode === 200) return bytes;
  throw new WrongAnswer(`${method} ${path}: ${answer.statusCode} ${bytes.toString().slice(0, 500)}`);
}

/** A call by itself, on a connection of its own. */
export async function sendOnce(url: string, call: Omit<Call, "check">): Promise<Buffer> {
  const pool = new Pool(url);
  try {
    return await send(pool, call);
  } finally {
    await pool.close();
  }
}
