import { z } from "zod";
import { restRoute, type RestMount } from "./rest/rest-route.ts";

const shared = {
  method: "GET",
  tag: "health",
  policy: { auth: "none", scope: "none" },
  dialect: "openai",
  isProbe: true,
} as const;
const readinessSchema = z.object({
  status: z.enum(["ready", "waiting", "stopping"]),
  database: z.boolean().describe("The database answers."),
});

const getHealth = restRoute({
  ...shared,
  path: "/health",
  operationId: "alive",
  summary: "The process lives",
  answer: z.object({ status: z.literal("ok"), version: z.string() }),
  examples: { answer: { status: "ok", version: "0.1.0" } },
  handle: ({ container }) => ({ status: "ok" as const, version: container.version }),
});

const getReadiness = restRoute({
  ...shared,
  path: "/ready",
  operationId: "ready",
  summary: "The process may be sent requests",
  answer: readinessSchema,
  otherAnswers: [
    {
      status: 503,
      description: "Not now",
      schema: readinessSchema,
      example: { status: "waiting", database: false },
    },
  ],
  examples: { answer: { status: "ready", database: true } },
  async handle({ container, reply }) {
    const database = await container.isDatabaseUp();
    const isReady = database && !container.isDraining() && container.services.catalog.isServing();
    const status = isReady ? "ready" : container.isDraining() ? "stopping" : "waiting";
    return reply.status(isReady ? 200 : 503).send({ status, database });
  },
});

/** For whoever starts and watches the server. */
export const healthMount: RestMount = {
  prefix: "",
  name: "health",
  servedBy: "health",
  routes: [getHealth, getReadiness],
};
