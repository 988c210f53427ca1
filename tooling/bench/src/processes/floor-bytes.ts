import fastify from "fastify";
import { z } from "zod";
import { announce } from "./announce.ts";
import { answerControl } from "./answer-control.ts";

/* The floor of bar 6: Fastify with a buffer made before, of the size that the path names. */

const buffers = new Map<string, Buffer>();
const app = fastify({ logger: false });
app.get<{ Params: { size: string } }>("/bytes/:size", async (request, reply) => {
  reply.header("content-type", "application/json; charset=utf-8");
  return buffers.get(request.params.size) ?? Buffer.alloc(0);
});
answerControl({
  prepare(sizes) {
    for (const size of z.array(z.number()).parse(sizes)) buffers.set(String(size), Buffer.alloc(size, " "));
  },
});
await app.listen({ host: "127.0.0.1", port: 0 });
announce(app.server.address());
