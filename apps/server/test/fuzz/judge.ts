import { errorCodes, errorSpec, type ErrorCode } from "@corral/core";
import { statusOf } from "../../src/http/rest/rest-error.ts";
import type { DescribedAnswers } from "../support/described-answers.ts";
import type { FuzzedDoor } from "./fuzzed-doors.ts";
import type { FuzzedRequest } from "./make-request.ts";
import type { Answer } from "./send-all.ts";

/** What no answer may tell, beside what the canaries look for. */
const inner = /node_modules|\.ts:\d+|at async |violates |relation "|syntax error at|invalid byte sequence/u;

export type Judged = {
  readonly door: FuzzedDoor;
  /** `/openapi.json`. */
  readonly described: Pick<DescribedAnswers, "find" | "findProblems">;
  /** Then failures of theirs are what to expect. */
  readonly areProvidersDead?: boolean;
};

/** What is wrong with an answer; `undefined` for nothing. */
export function findProblem(
  { door, described, areProvidersDead = false }: Judged,
  request: FuzzedRequest,
  answer: Answer,
): string | undefined {
  const { status, code, text, headers } = answer;
  if (status === 0) return "no answer";
  // before any route: the server's own limit of headers
  if (status === 431) return undefined;
  // the address that it is given need not be one of a provider
  const mayFail = areProvidersDead || door.name.endsWith("/verify");
  const isExpected = mayFail && code !== null && isKnown(code) && errorSpec(code).fault === "upstream";
  if (status >= 500 && !isExpected && !isDocumented(door, code)) return "a failure of ours";
  if (
    /event-stream|jsonl|ndjson/u.test(String(headers["content-type"])) &&
    !areProvidersDead &&
    /"(?:type":"server_error|code":"internal)"/u.test(text)
  )
    return "a failure of ours in a stream";
  if (inner.test(text)) return "it tells of our insides";
  if (status >= 400 && code !== null && !isKnown(code)) return `the table of errors knows no ${code}`;
  if (
    status >= 400 &&
    code !== null &&
    isKnown(code) &&
    ![errorSpec(code).status, statusOf(code)].includes(status)
  )
    return `${code} is not a ${status}`;
  if (status >= 400 && code === null && !door.path.startsWith("/scim/")) return "a refusal without a code";
  const operation =
    request.isOnRoute && isReadable(request.path) && door.kind === "route"
      ? described.find(door.method, door.path)
      : undefined;
  if (operation === undefined) return undefined;
  const [problem] = described.findProblems(operation, { status, headers, body: text });
  return problem === undefined ? undefined : `/openapi.json says otherwise: ${problem}`;
}

/** The router refuses an address that is no UTF-8 before it knows whose it is. */
function isReadable(path: string): boolean {
  try {
    decodeURI(path);
    return true;
  } catch {
    return false;
  }
}

/** Doors that say of themselves that they are not there. */
function isDocumented({ rows, name }: FuzzedDoor, code: string | null): boolean {
  return (
    code === "not_implemented" && (rows.some(({ allowed }) => allowed === code) || name.includes("/configs/"))
  );
}

function isKnown(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}

/** Whether the answer is what somebody gets who asks rightly. */
export function isDeep({ rows }: FuzzedDoor, { status, code }: Answer): boolean {
  return status < 400 || rows.some(({ allowed }) => allowed !== undefined && allowed === code);
}
