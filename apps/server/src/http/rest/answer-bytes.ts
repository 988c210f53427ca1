import type { FastifyReply } from "fastify";
import { z } from "zod";

/** Bytes of an answer that are given out again and again. @throws ZodError for what the schema does not describe. */
export function toAnswerBytes<S extends z.ZodType>(schema: S, value: z.output<S>): Buffer {
  return Buffer.from(JSON.stringify(z.encode(schema, value)));
}

/** Sends bytes that {@link toAnswerBytes} made. */
export function sendBytes(reply: FastifyReply, bytes: Buffer): Buffer {
  reply.header("content-type", "application/json; charset=utf-8");
  return bytes;
}
