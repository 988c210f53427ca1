import { z } from "zod";
import { sendBytes } from "./answer-bytes.ts";
import { restRoute, type RestMount, type RestRoute } from "./rest-route.ts";

/** `/openapi.json`, made when somebody first asks for it. */
export function createOpenApiRoute(mounts: readonly RestMount[]): RestRoute {
  let bytes: Buffer | undefined;
  return restRoute({
    method: "GET",
    path: "/openapi.json",
    operationId: "openApi",
    tag: "general",
    summary: "This description",
    policy: { auth: "none", scope: "none" },
    answer: z.looseObject({ openapi: z.string() }),
    examples: { answer: { openapi: "3.1.1" } },
    async handle({ container, reply }) {
      if (bytes === undefined) {
        const { toOpenApi } = await import("./to-openapi.ts");
        const { version } = container;
        const url = container.servedAt().publicUrl.origin;
        bytes = Buffer.from(JSON.stringify(toOpenApi(mounts, { version, url })));
      }
      return sendBytes(reply, bytes);
    },
  });
}
