import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { inject } from "vitest";
import { DescribedAnswers, type SentAnswer } from "./described-answers.ts";
import { watchBytes, type SentBytes } from "./sent-bytes.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where test files say which answers they have seen. */
    answersFolder: string;
  }
}

/**
 * Holds every answer of the Fastify instances that are made before its end against `/openapi.json`. Servers in processes of
 * their own are out of its reach.
 */
export interface AnswerWatch extends Disposable {
  /** @throws what the description does not say. */
  assertDescribed(): void;
}

/** Of this test file: `models.create success`, `models.create error`. */
const seen = new Set<string>();
const file = `${randomUUID()}.seen.json`;
/** Made of the description for the first answer of a test file. */
let described: DescribedAnswers | undefined;

export function watchAnswers(): AnswerWatch {
  const problems = new Set<string>();
  const onInstance = (message: unknown): void => {
    // safe: what Fastify publishes on its channel
    const { fastify } = message as { readonly fastify: FastifyInstance };
    addHooks(fastify, problems);
  };
  subscribe("fastify.initialization", onInstance);
  return {
    assertDescribed() {
      const folder = inject("answersFolder");
      if (folder !== undefined) writeFileSync(join(folder, file), JSON.stringify([...seen]));
      if (problems.size === 0) return;
      throw new Error(
        `Answers that /openapi.json does not describe:\n${[...problems].toSorted().join("\n")}`,
      );
    },
    [Symbol.dispose]: () => unsubscribe("fastify.initialization", onInstance),
  };
}

function addHooks(app: FastifyInstance, problems: Set<string>): void {
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
    if (sent !== undefined) judge(request, sent, problems);
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
  { method, routeOptions: { url } }: FastifyRequest,
  sent: SentAnswer,
  problems: Set<string>,
): void {
  if (url === undefined) return;
  described ??= new DescribedAnswers(inject("answersFolder"));
  const operation = described.find(method, url);
  if (operation === undefined) return;
  seen.add(`${operation.operationId} ${sent.status < 400 ? "success" : "error"}`);
  for (const problem of described.findProblems(operation, sent)) {
    problems.add(`${method} ${url} answered ${sent.status}: ${problem}`);
  }
}
