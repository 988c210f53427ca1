import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import pg from "pg";
import { answerControl } from "./answer-control.ts";

/*
 * Loaded into the real server process before its own code (`--import`): answers the bench's questions, and counts the
 * SQL statements that requests cause. What runs by timers of its own, such as the change feed, belongs to no request.
 */

type Query = (this: pg.Client, ...statement: unknown[]) => unknown;

const requests = new AsyncLocalStorage<true>();
const statements: string[] = [];
const requestStart = "http.server.request.start";
let isCounting = false;

answerControl({
  countStatements(wanted) {
    isCounting = wanted === true;
    // listening costs every request a little, which the floor does not pay
    if (isCounting) subscribe(requestStart, enterRequest);
    else unsubscribe(requestStart, enterRequest);
    return statements.splice(0);
  },
});

function enterRequest(): void {
  requests.enterWith(true);
}

// safe: called as it was called before
const query = Reflect.get(pg.Client.prototype, "query") as Query;
Reflect.set(pg.Client.prototype, "query", function countedQuery(this: pg.Client, ...statement: unknown[]) {
  if (isCounting && requests.getStore() === true) statements.push(textOf(statement[0]));
  return query.apply(this, statement);
} satisfies Query);

function textOf(statement: unknown): string {
  if (typeof statement === "string") return statement;
  const hasText = typeof statement === "object" && statement !== null && "text" in statement;
  return hasText ? String(statement.text) : "(no text)";
}
