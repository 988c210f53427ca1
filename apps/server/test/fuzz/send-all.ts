import { setTimeout as pause } from "node:timers/promises";
import { Pool } from "undici";
import type { RawRequest } from "../support/raw-request.ts";

/** What came back, or why nothing did. */
export type Answer = {
  /** Of the failure within it, where the answer had begun before that was known. */
  readonly status: number;
  readonly code: string | null;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly requestId: string;
  /** When it was under way, in milliseconds since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
};

export type Wire = AsyncDisposable & {
  readonly send: (request: RawRequest) => Promise<Answer>;
  /** In no particular order, some at a time; the answers stand where the requests stood. */
  readonly sendAll: (requests: readonly RawRequest[]) => Promise<readonly Answer[]>;
};

/** Beyond this many, people who sign in at the same time are turned away, rightly. */
const atOnce = 16;
const eventsWithinMs = 100;

/** What a machine that is busy with other tests answers, and would not a moment later. */
const passing: ReadonlySet<string | null> = new Set(["database_unavailable", "catalog_behind"]);
const passingTries = 5;

export function openWire(url: string): Wire {
  const pool = new Pool(url, {
    connections: atOnce,
    pipelining: 1,
    bodyTimeout: 20_000,
    headersTimeout: 20_000,
  });
  const sendOnce = async ({ method = "GET", path, headers = {}, body }: RawRequest): Promise<Answer> => {
    const fromMs = Date.now();
    try {
      // safe: only methods of HTTP are sent
      const dispatched = { method: method as "GET", path, headers, ...(body !== undefined && { body }) };
      const response = await pool.request(dispatched);
      const isTrpc = path.startsWith("/trpc/");
      const text = await readText(response, isTrpc);
      return {
        status: Number((isTrpc && /"httpStatus":(\d+)/u.exec(text)?.[1]) || response.statusCode),
        code: codeOf(text, response.statusCode),
        headers: response.headers,
        text,
        requestId: String(response.headers["x-request-id"] ?? ""),
        fromMs,
        toMs: Date.now(),
      };
    } catch (error) {
      const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      return { status: 0, code: "no answer", headers: {}, text, requestId: "", fromMs, toMs: Date.now() };
    }
  };
  const send = async (request: RawRequest): Promise<Answer> => {
    for (let left = passingTries; ; left -= 1) {
      const answer = await sendOnce(request);
      if (left === 0 || !passing.has(answer.code)) return answer;
      await pause(500);
    }
  };
  return {
    send,
    async sendAll(requests) {
      const answers: Answer[] = [];
      const waiting = requests.entries();
      const work = async () => {
        for (const [at, request] of waiting) answers[at] = await send(request);
      };
      await Promise.all(Array.from({ length: atOnce }, work));
      return answers;
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}

/** Of a subscription's events, which may never end, what comes at once. */
async function readText(
  { headers, body }: Awaited<ReturnType<Pool["request"]>>,
  isTrpc: boolean,
): Promise<string> {
  if (!isTrpc || !String(headers["content-type"]).startsWith("text/event-stream")) return body.text();
  let text = "";
  const reading = (async () => {
    for await (const chunk of body) text += String(chunk);
  })();
  await Promise.race([reading.catch(() => undefined), pause(eventsWithinMs)]);
  body.destroy();
  return text;
}

function codeOf(text: string, status: number): string | null {
  const ofTrpc = /"errorCode":"(\w+)","httpStatus"/u.exec(text)?.[1];
  if (ofTrpc !== undefined || status < 400) return ofTrpc ?? null;
  return /"code":"([a-z_]+)"/u.exec(text)?.[1] ?? null;
}
