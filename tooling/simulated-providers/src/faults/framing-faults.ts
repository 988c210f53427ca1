import { STATUS_CODES } from "node:http";
import type { Answer, AnswerHeaders, Step } from "../server/answer.ts";
import { toSteps } from "./answer-steps.ts";
import type { FaultRow } from "./apply-fault.ts";
import type { FaultKind } from "./fault.ts";

/** What is wrong with HTTP itself. Most of it no HTTP library would write, so it goes out by hand. */
export const framingFaults = {
  "duplicate-content-length": () => ({
    kind: "raw",
    steps: [{ send: rawHead(200, [...jsonType, "content-length: 2", "content-length: 20"]) + "{}" }],
  }),
  "content-length-mismatch": async (fault, { request, handle }) => {
    const { status, headers, body } = await readWhole(await handle(request));
    const announced = `content-length: ${body.length + (fault.extraBytes ?? 100)}`;
    const kept = lines(headers).filter((line) => !line.startsWith("content-length"));
    return raw([{ send: rawHead(status, [...kept, announced]) }, { send: body }]);
  },
  "bad-chunk": () =>
    raw([{ send: rawHead(200, [...jsonType, "transfer-encoding: chunked"]) }, { send: "XYZ\r\n{}\r\n" }]),
  "huge-headers": (fault) =>
    raw([
      {
        send:
          rawHead(200, [
            ...jsonType,
            `x-padding: ${"p".repeat(fault.bytes ?? 200_000)}`,
            "content-length: 2",
          ]) + "{}",
      },
    ]),
  "content-encoding-chain": (fault) =>
    raw([
      {
        send:
          rawHead(200, [
            ...jsonType,
            `content-encoding: ${"gzip,".repeat(fault.times ?? 5000)}gzip`,
            "content-length: 2",
          ]) + "{}",
      },
    ]),
  "http-1.0": async (_, { request, handle }) => {
    const part = toSteps(await handle(request));
    if (!part) return raw([]);
    const head = rawHead(part.status, lines(part.headers)).replace("HTTP/1.1", "HTTP/1.0");
    return raw(prepend({ send: head }, part.steps));
  },
  informational: async (_, { request, handle }) => ({
    kind: "prefaced",
    preface:
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n",
    answer: await handle(request),
  }),
  trailers: async (_, { request, handle }) => {
    const answer = await handle(request);
    if (answer.kind !== "stream") return answer;
    const headers = { ...answer.headers, trailer: "x-checksum" };
    return { ...answer, headers, trailers: { "x-checksum": "0" } };
  },
  "date-skew": async (fault, { request, handle }) => {
    const answer = await handle(request);
    if (answer.kind === "raw" || answer.kind === "prefaced") return answer;
    const date = new Date(Date.now() + fault.offsetMs).toUTCString();
    return { ...answer, headers: { ...answer.headers, date } };
  },
  script: (fault) => raw(fault.steps),
} satisfies { [K in FaultKind]?: FaultRow<K> };

const jsonType = ["content-type: application/json"];

function raw(steps: AsyncIterable<Step> | Iterable<Step>): Answer {
  return { kind: "raw", steps };
}

function rawHead(status: number, headerLines: string[]): string {
  return `${[`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, ...headerLines].join("\r\n")}\r\n\r\n`;
}

function lines(headers: AnswerHeaders): string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
}

async function* prepend(first: Step, rest: AsyncIterable<Step>): AsyncGenerator<Step> {
  yield first;
  yield* rest;
}

async function readWhole(answer: Answer): Promise<{ status: number; headers: AnswerHeaders; body: Buffer }> {
  const part = toSteps(answer);
  const sent: Buffer[] = [];
  for await (const step of part?.steps ?? []) if ("send" in step) sent.push(Buffer.from(step.send));
  return { status: part?.status ?? 200, headers: part?.headers ?? {}, body: Buffer.concat(sent) };
}
