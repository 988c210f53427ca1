import { errorSpec, type ErrorCode, type JsonObject } from "@corral/core";
import { z } from "zod";
import { restErrorSchema } from "./rest-error.ts";
import type { RestMount, RestRoute } from "./rest-route.ts";
import { errorsByStatus } from "./route-answers.ts";

/** What is said once and referred to. */
type Components = { readonly schemas: Record<string, unknown>; readonly responses: Record<string, unknown> };

const tags: Readonly<Record<string, string>> = {
  models: "Models: what providers list, what was stored about it, and what people made of it.",
  general: "What clients ask before anything else.",
  auths: "Accounts, sessions and the caller's API key.",
  users: "People and what they may do.",
  groups: "Groups, and who belongs to them.",
  configs: "What administrators choose for everybody.",
};

/** The OpenAPI 3.1 description of all declared routes. */
export function toOpenApi(
  mounts: readonly RestMount[],
  { version, url }: { readonly version: string; readonly url: string },
): JsonObject {
  const components: Components = { schemas: {}, responses: {} };
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { prefix, name, routes } of mounts) {
    for (const route of routes) {
      const path = `${prefix}${route.path}`.replace(/:(\w+)/gu, "{$1}");
      const operations = (paths[path] ??= {});
      operations[route.method.toLowerCase()] = toOperation(route, name, components);
    }
  }
  components.schemas["Error"] = toSchema(restErrorSchema, "output", components);
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
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "A session token or an API key (`sk-…`)." },
        cookie: { type: "apiKey", in: "cookie", name: "sid", description: "The dashboard's session." },
      },
    },
  } as unknown as JsonObject;
}

function toOperation(route: RestRoute, mount: string, components: Components): unknown {
  const { policy, takesCookie = false, examples = {} } = route;
  const parameters = [
    ...toPathParameters(route, components),
    ...toParameters(components, { schema: route.query, in: "query", examples: toRecord(examples.query) }),
  ];
  return {
    operationId: `${mount}.${route.operationId}`,
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
    responses: toResponses(route, components),
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
  return [...path.matchAll(/:(\w+)/gu)].map(([, name = ""]) => {
    const known = declared.find((parameter) => parameter.name === name);
    return known ?? { name, in: "path", required: true, schema: { type: "string" } };
  });
}

function toResponses(route: RestRoute, components: Components): Record<string, unknown> {
  const responses: Record<string, unknown> = {};
  if (route.answer !== undefined) {
    responses["200"] = {
      description: "Done.",
      content: {
        "application/json": {
          schema: toSchema(route.answer, "output", components),
          ...(route.examples?.answer !== undefined && { example: route.examples.answer }),
        },
      },
    };
  }
  for (const { status, description, contentType, schema } of route.otherAnswers ?? []) {
    const type = contentType ?? "application/json";
    responses[status] = {
      description,
      ...((contentType !== undefined || schema !== undefined) && {
        content: { [type]: { schema: schema === undefined ? {} : toSchema(schema, "output", components) } },
      }),
    };
  }
  for (const [status, codes] of errorsByStatus(route)) {
    const name = codes.join(".");
    components.responses[name] ??= toErrorResponse(codes);
    responses[status] = { $ref: `#/components/responses/${name}` };
  }
  return responses;
}

function toErrorResponse(codes: readonly ErrorCode[]): unknown {
  const [first] = codes;
  const spec = errorSpec(first ?? "internal");
  const detail = `${spec.meaning} ${spec.remedy}`;
  return {
    description: codes.map((code) => `\`${code}\`: ${errorSpec(code).meaning}`).join("\n\n"),
    content: {
      "application/json": {
        schema: { $ref: "#/components/schemas/Error" },
        example: { detail, code: first, error: { message: detail, code: first } },
      },
    },
  };
}

/** As JSON Schema 2020-12, which is what OpenAPI 3.1 takes; named schemas go to the components. */
function toSchema(schema: z.ZodType, io: "input" | "output", components: Components): unknown {
  const made = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  const { $schema: _, $defs: defs = {}, ...rest } = made;
  for (const [name, definition] of Object.entries(defs))
    components.schemas[name] = withComponentRefs(definition);
  const { id: _id, ...whole } = toRecord(withComponentRefs(rest));
  return whole;
}

function withComponentRefs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withComponentRefs);
  if (typeof value !== "object" || value === null) return value;
  // a choice that anything fits is none
  const { anyOf, ...others } = value as { readonly anyOf?: unknown }; // safe: an object
  if (Array.isArray(anyOf) && anyOf.some((one) => Object.keys(toRecord(one)).length === 0))
    return withComponentRefs(others);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== "id" || typeof (value as Record<string, unknown>)["id"] !== "string")
      .map(([name, inner]) => [
        name,
        name === "$ref" && typeof inner === "string"
          ? inner.replace("#/$defs/", "#/components/schemas/")
          : withComponentRefs(inner),
      ]),
  );
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, unknown>>) : {}; // safe: just looked at
}
