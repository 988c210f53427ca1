import type { FastifyInstance } from "fastify";
import type { Container } from "../container.ts";

/** `/health`: the process lives. `/ready`: it may be sent requests. */
export function healthRoutes(container: Container) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get("/health", async () => ({ status: "ok", version: container.version }));
    app.get("/ready", async (_, reply) => {
      const database = await container.isDatabaseUp();
      const isReady = database && !container.isDraining();
      return reply
        .status(isReady ? 200 : 503)
        .send({ status: isReady ? "ready" : container.isDraining() ? "stopping" : "waiting", database });
    });
  };
}
