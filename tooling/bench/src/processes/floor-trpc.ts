import { initTRPC } from "@trpc/server";
import { fastifyTRPCPlugin } from "@trpc/server/adapters/fastify";
import fastify from "fastify";
import { announce } from "./announce.ts";
import { answerControl } from "./answer-control.ts";

/* The floor of bar 5: a procedure by the same adapter that returns a page from a constant, and asks nobody who calls. */

let page: unknown = null;
const trpc = initTRPC.create();
const router = trpc.router({ models: trpc.router({ list: trpc.procedure.query(() => page) }) });
const app = fastify({ logger: false });
await app.register(fastifyTRPCPlugin, { prefix: "/trpc", trpcOptions: { router } });
answerControl({
  setPage(wanted) {
    page = wanted;
  },
});
await app.listen({ host: "127.0.0.1", port: 0 });
announce(app.server.address());
