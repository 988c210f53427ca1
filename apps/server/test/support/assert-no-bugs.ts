/** What is thrown by code that is wrong, whatever it was asked. */
const bugs: ReadonlySet<unknown> = new Set(["TypeError", "ReferenceError", "RangeError"]);

type Line = { readonly msg?: string; readonly err?: { readonly type?: string } };

/** What Fastify says when it is handed what it cannot send, and `preload-answer-watch.ts` of an answer that is not described. */
const complaint = /^(?:Promise (?:errored|may not)|\/openapi\.json does not describe)/u;

/** @throws The first line of a log that tells of a bug of ours. */
export function assertNoBugs(logged: string): void {
  const failures = logged.split("\n").filter((line) => /^\{"level":[56]0,.*\}$/u.test(line));
  for (const line of failures) {
    // safe: written by pino
    const { msg = "", err } = JSON.parse(line) as Line;
    if (bugs.has(err?.type) || complaint.test(msg))
      throw new Error(`The server logged a bug of ours: ${line}`);
  }
}
