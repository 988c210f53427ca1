import type { FastifyInstance } from "fastify";
import type { Container } from "../container.ts";
import type { RestMount } from "./rest/rest-route.ts";
import { runRoute } from "./rest/run-route.ts";

/** Routes that answer also while the server is starting, stopping, or without its database. */
export function healthRoutes(container: Container, mounts: readonly RestMount[]) {
  return async (app: FastifyInstance): Promise<void> => {
    const own = mounts.filter(({ servedBy }) => servedBy === "health");
    for (const route of own.flatMap(({ routes }) => routes)) {
      app.route({
        method: route.method,
        url: route.path,
        config: { needsNoLease: true },
        handler: async (request, reply) => runRoute(container, route, { request, reply, actor: null }),
      });
    }
  };
}
