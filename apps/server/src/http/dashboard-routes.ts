import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import { DomainError } from "@corral/core";
import type { FastifyInstance, FastifyRequest } from "fastify";

/** Paths of programs: a browser that asks for one of them gets JSON, never the dashboard. */
const reserved =
  /^\/(?:trpc|v1|ollama|models|api|openai|openapi\.json|docs|health|ready|metrics|auth|scim)(?:\/|$)/u;

export const dashboardDist = fileURLToPath(new URL("../../../dashboard/dist/", import.meta.url));

/** The dashboard's files, and its page for every path that a person may open. */
export function dashboardRoutes(dist: string) {
  return async (app: FastifyInstance): Promise<void> => {
    // before a body is read: whatever is sent there, nothing is there
    app.addHook("preParsing", async (request) => {
      if (request.is404 && !isPage(request)) await notFound(request);
    });
    if (!existsSync(`${dist}index.html`)) {
      app.log.warn("The dashboard is not built; run `pnpm start` once, or `pnpm turbo run build`.");
      app.setNotFoundHandler(notFound);
      return;
    }
    app.addHook("onRoute", (route) => {
      route.config = { ...route.config, needsNoLease: true };
    });
    await app.register(fastifyStatic, {
      root: dist,
      wildcard: false,
      preCompressed: true,
      setHeaders: (response, path) => {
        const isHashed = path.includes("/assets/");
        response.header("cache-control", isHashed ? "public, max-age=31536000, immutable" : "no-cache");
      },
    });
    app.setNotFoundHandler(async (request, reply) =>
      isPage(request) ? reply.header("cache-control", "no-cache").sendFile("index.html") : notFound(request),
    );
  };
}

function isPage({ method, url, headers }: FastifyRequest): boolean {
  const path = url.split("?", 1)[0] ?? "/";
  return method === "GET" && headers.accept?.includes("text/html") === true && !reserved.test(path);
}

async function notFound(request: FastifyRequest): Promise<never> {
  throw new DomainError(
    "route_not_found",
    `Nothing answers ${request.method} ${request.url.split("?", 1)[0] ?? ""}.`,
  );
}
