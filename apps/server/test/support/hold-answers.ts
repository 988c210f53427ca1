import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { DescribedAnswers, type SentAnswer } from "./described-answers.ts";
import { watchBytes, type SentBytes } from "./sent-bytes.ts";

/** Of this process: `models.create success`, `models.create error`. */
const seen = new Set<string>();
const file = `${randomUUID()}.seen.txt`;
/** Made of the description for the first answer of a process. */
let described: DescribedAnswers | undefined;

/**
 * Holds every answer of the Fastify instances that are made before its end against `/openapi.json`.
 * @param folder Where the processes of one test run say what they have seen, and share the description.
 * @param report Is told what the description does not say, once an answer.
 */
export function holdAnswers(folder: string | undefined, report: (problem: string) => void): Disposable {
  const onInstance = (message: unknown): void => {
    // safe: what Fastify publishes on its channel
    const { fastify } = message as { readonly fastify: FastifyInstance };
    addHooks(fastify, (request, sent) => judge(folder, request, sent).forEach(report));
  };
  subscribe("fastify.initialization", onInstance);
  return { [Symbol.dispose]: () => unsubscribe("fastify.initialization", onInstance) };
}

function addHooks(app: FastifyInstance, onSent: (request: FastifyRequest, sent: SentAnswer) => void): void {
  const payloads = new WeakMap<FastifyRequest, unknown>();
  const streams = new WeakMap<FastifyRequest, SentBytes>();
  app.addHook("onRequest", (request, reply, done) => {
    const hijack = reply.hijack.bind(reply);
    reply.hijack = () => {
      const { socket } = reply.raw;
      if (socket !== null) streams.set(request, watchBytes(socket));
      return hijack();
    };
    done();
  });
  app.addHook("onSend", async (request, _, payload) => {
    payloads.set(request, payload);
    return payload;
  });
  app.addHook("onResponse", (request, reply, done) => {
    const stream = streams.get(request);
    const sent = stream === undefined ? toSent(reply, payloads.get(request)) : toStreamed(reply, stream);
    if (sent !== undefined) onSent(request, sent);
    done();
  });
}

function toSent(reply: FastifyReply, payload: unknown): SentAnswer | undefined {
  // the caller left before there was an answer
  if (!reply.raw.headersSent) return undefined;
  const headers = reply.getHeaders();
  const body = typeof payload === "string" || payload instanceof Buffer ? String(payload) : undefined;
  return { status: reply.statusCode, headers, body };
}

function toStreamed(reply: FastifyReply, stream: SentBytes): SentAnswer | undefined {
  const sent = stream.end();
  return sent && { status: reply.raw.statusCode, ...sent };
}

function judge(
  folder: string | undefined,
  { method, routeOptions: { url } }: FastifyRequest,
  sent: SentAnswer,
): readonly string[] {
  if (url === undefined) return [];
  described ??= new DescribedAnswers(folder);
  const operation = described.find(method, url);
  if (operation === undefined) return [];
  note(folder, `${operation.operationId} ${sent.status < 400 ? "success" : "error"}`);
  const problems = described.findProblems(operation, sent);
  return problems.map((problem) => `${method} ${url} answered ${sent.status}: ${problem}`);
}

/** At once: a process may be killed. */
function note(folder: string | undefined, outcome: string): void {
  if (seen.has(outcome) || folder === undefined) return;
  seen.add(outcome);
  appendFileSync(join(folder, file), `${outcome}\n`);
}
