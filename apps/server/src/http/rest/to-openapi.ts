import type { JsonObject } from "@corral/core";
import type { z } from "zod";
import { toRecord, toSchema, type Components } from "./openapi-components.ts";
import type { RestMount, RestRoute } from "./rest-route.ts";
import { describeHeaders, toResponses } from "./to-responses.ts";

const tags: Readonly<Record<string, string>> = {
  models: "Models: what providers list, what was stored about it, and what people made of it.",
  general: "What clients ask before anything else.",
  calls: "Calls of models, as OpenAI's clients make them.",
  ollama: "All models as one big Ollama, and for administrators the Ollama servers themselves.",
  auths: "Accounts, sessions and the caller's API key.",
  users: "People and what they may do.",
  groups: "Groups, and who belongs to them.",
  configs: "What administrators choose for everybody.",
  health: "For whoever starts and watches the server.",
};

/** The OpenAPI 3.1 description of all declared routes. */
export function toOpenApi(
  mounts: readonly RestMount[],
  { version, url }: { readonly version: string; readonly url: string },
): JsonObject {
  const components: Components = { schemas: {}, responses: {} };
  const paths: Record<string, Record<string, unknown>> = {};
  for (const mount of mounts) {
    for (const route of mount.routes) {
      const operations = (paths[toDocumentedPath(`${mount.prefix}${route.path}`)] ??= {});
      operations[route.method.toLowerCase()] = toOperation(route, mount, components);
    }
  }
  // safe: made of nothing but JSON
  return {
    openapi: "3.1.1",
    info: {
      title: "Corral",
      version,
      description:
        "Models of all connected providers under one roof. Times are in seconds since 1970; every error body carries `detail`.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url }],
    tags: Object.entries(tags).map(([tag, description]) => ({ name: tag, description })),
    paths,
    components: {
      ...components,
      headers: describeHeaders(),
      parameters: {
        MinRevision: {
          name: "x-corral-min-revision",
          in: "header",
          description:
            "Answers from no older catalog than this: an `x-corral-revision` that another answer had. Waits up to two " +
            "seconds, then it is 503.",
          schema: { type: "string" },
        },
      },
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "A session token or an API key (`sk-…`)." },
        cookie: {
          type: "apiKey",
          in: "cookie",
          name: "sid",
          description: "The dashboard's session; over TLS its name is `__Host-sid`.",
        },
      },
    },
  } as unknown as JsonObject;
}

/** The path of a route as OpenAPI writes it. What may hold slashes is the last part. */
export function toDocumentedPath(path: string): string {
  return path.replace(/:(\w+)/gu, "{$1}").replace(/\*$/u, "{id}");
}

function toOperation(route: RestRoute, { name, servedBy }: RestMount, components: Components): unknown {
  const { policy, takesCookie = false, isProbe = false, examples = {} } = route;
  const parameters = [
    ...toPathParameters(route, components),
    ...toParameters(components, { schema: route.query, in: "query", examples: toRecord(examples.query) }),
    ...(isProbe ? [] : [{ $ref: "#/components/parameters/MinRevision" }]),
  ];
  return {
    operationId: `${name}.${route.operationId}`,
    tags: [route.tag],
    summary: route.summary,
    description: [route.description, describePolicy(route)].filter(Boolean).join("\n\n"),
    security: policy.auth === "none" ? [] : [{ bearer: [] }, ...(takesCookie ? [{ cookie: [] }] : [])],
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && {
      requestBody: {
        required: !route.body.safeParse(undefined).success,
        content: {
          "application/json": {
            schema: toSchema(route.body, "input", components),
            ...(examples.body !== undefined && { example: examples.body }),
          },
        },
      },
    }),
    responses: toResponses(route, servedBy === undefined, components),
  };
}

function describePolicy({ policy: { auth, scope } }: RestRoute): string {
  if (auth === "none") return "Open to everybody.";
  const who = { account: "anybody signed in", member: "members", administrator: "administrators" }[auth];
  return scope === "none" ? `For ${who}, not for API keys.` : `For ${who}; an API key needs \`${scope}\`.`;
}

function toParameters(
  components: Components,
  {
    schema,
    in: place,
    examples,
  }: {
    readonly schema: z.ZodType | undefined;
    readonly in: "path" | "query";
    readonly examples: Readonly<Record<string, unknown>>;
  },
): readonly { readonly name: string }[] {
  if (schema === undefined) return [];
  const { properties, required } = toRecord(toSchema(schema, "input", components));
  const names = Array.isArray(required) ? required : [];
  return Object.entries(toRecord(properties)).map(([name, property]) => {
    const { description, ...rest } = toRecord(property);
    return {
      name,
      in: place,
      required: place === "path" || names.includes(name),
      ...(description !== undefined && { description }),
      schema: rest,
      ...(examples[name] !== undefined && { example: examples[name] }),
    };
  });
}

/** One route may stand under several paths, and not each has all of its parameters. */
function toPathParameters({ path, params }: RestRoute, components: Components): readonly unknown[] {
  const declared = toParameters(components, { schema: params, in: "path", examples: {} });
  return [...path.matchAll(/:(\w+)|\*$/gu)].map(([text, name]) => {
    const known = declared.find((parameter) => parameter.name === (name ?? text));
    return name === undefined
      ? { ...known, name: "id", description: "Slashes stand as they are, or encoded." }
      : (known ?? { name, in: "path", required: true, schema: { type: "string" } });
  });
}
