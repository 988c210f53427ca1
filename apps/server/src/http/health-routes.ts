import type { FastifyInstance } from "fastify";
import type { Container } from "../container.ts";

const config = { needsNoLease: true } as const;

/** `/health`: the process lives. `/ready`: it may be sent requests. */
export function healthRoutes(container: Container) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get("/health", { config }, async () => ({ status: "ok", version: container.version }));
    app.get("/ready", { config }, async (_, reply) => {
      const database = await container.isDatabaseUp();
      const isReady = database && !container.isDraining() && container.services.catalog.isServing();
      return reply
        .status(isReady ? 200 : 503)
        .send({ status: isReady ? "ready" : container.isDraining() ? "stopping" : "waiting", database });
    });
  };
}
