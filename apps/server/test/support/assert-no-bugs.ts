/** What is thrown by code that is wrong, whatever it was asked. */
const bugs: ReadonlySet<unknown> = new Set(["TypeError", "ReferenceError", "RangeError"]);

type Line = { readonly msg?: string; readonly err?: { readonly type?: string } };

/** @throws The first line of a log that tells of a bug of ours, or that Fastify was handed what it cannot send. */
export function assertNoBugs(logged: string): void {
  const failures = logged.split("\n").filter((line) => /^\{"level":[56]0,.*\}$/u.test(line));
  for (const line of failures) {
    // safe: written by pino
    const { msg = "", err } = JSON.parse(line) as Line;
    if (bugs.has(err?.type) || /^Promise (?:errored|may not)/u.test(msg))
      throw new Error(`The server logged a bug of ours: ${line}`);
  }
}
