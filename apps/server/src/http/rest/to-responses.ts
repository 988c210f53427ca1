import { DomainError, errorSpec, type ErrorCode } from "@corral/core";
import { answerHeaders, type AnswerHeader } from "./answer-headers.ts";
import { errorForms, toDialectError } from "./dialect-error.ts";
import { toSchema, type Components } from "./openapi-components.ts";
import type { OtherAnswer, RestRoute } from "./rest-route.ts";
import { errorsByStatus } from "./route-answers.ts";

/** Every answer of a route: with its data, its headers and an example. */
export function toResponses(
  route: RestRoute,
  isMounted: boolean,
  components: Components,
): Record<string, unknown> {
  const own = [
    ...(isMounted ? (["x-corral-revision"] as const) : []),
    ...(route.headers ?? []),
  ] satisfies readonly AnswerHeader[];
  const responses: Record<string, unknown> = {};
  for (const [status, answers] of answersByStatus(route)) {
    const content = Object.fromEntries(answers.flatMap((answer) => toContent(answer, components)));
    responses[status] = {
      description: `${answers.map(({ description }) => description).join(". ")}.`,
      headers: toHeaders(own),
      ...(Object.keys(content).length > 0 && { content }),
    };
  }
  for (const [status, codes] of errorsByStatus(route)) {
    if (status in responses) continue;
    const { dialect = "management" } = route;
    const name = [errorForms[dialect].name, ...own, ...codes].join(".");
    components.responses[name] ??= toErrorResponse({ dialect, codes, own }, components);
    responses[status] = { $ref: `#/components/responses/${name}` };
  }
  return responses;
}

function answersByStatus({ answer, examples, otherAnswers = [] }: RestRoute) {
  const all: readonly OtherAnswer[] = [
    ...(answer === undefined
      ? []
      : [{ status: 200, description: "Done", schema: answer, example: examples?.answer }]),
    ...otherAnswers,
  ];
  return Map.groupBy(all, ({ status }) => status);
}

function toContent(
  { contentType, schema, itemSchema, example }: OtherAnswer,
  components: Components,
): readonly (readonly [string, unknown])[] {
  if (contentType === undefined && schema === undefined) return [];
  const described =
    itemSchema === undefined
      ? { schema: schema === undefined ? {} : toSchema(schema, "output", components) }
      : // OpenAPI 3.1 has no place for what comes one after the other; 3.2 calls it `itemSchema`
        { schema: { type: "string" }, "x-item-schema": toSchema(itemSchema, "output", components) };
  return [[contentType ?? "application/json", { ...described, ...(example !== undefined && { example }) }]];
}

function toHeaders(names: readonly AnswerHeader[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    (["x-request-id", ...names] as const).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  );
}

type ErrorAnswer = {
  readonly dialect: NonNullable<RestRoute["dialect"]>;
  readonly codes: readonly ErrorCode[];
  readonly own: readonly AnswerHeader[];
};

function toErrorResponse({ dialect, codes, own }: ErrorAnswer, components: Components): unknown {
  const { name, schema } = errorForms[dialect];
  components.schemas[name] ??= toSchema(schema, "output", components);
  const [first = "internal"] = codes;
  return {
    description: codes.map((code) => `\`${code}\`: ${errorSpec(code).meaning}`).join("\n\n"),
    headers: toHeaders([
      ...own,
      "retry-after",
      ...(dialect === "management" ? [] : (["x-should-retry", "x-corral-attempts"] as const)),
    ]),
    content: {
      "application/json": {
        schema: { $ref: `#/components/schemas/${name}` },
        example: toDialectError(dialect, new DomainError(first), null).body,
      },
    },
  };
}

/** For the components. */
export function describeHeaders(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(answerHeaders).map(([name, { type, text }]) => [
      name,
      { description: text, required: name === "x-request-id", schema: { type } },
    ]),
  );
}
