import { errorCodeSchema, type Actor, type DomainError } from "@corral/core";
import { z } from "zod";
import { errorHeaders, openAIErrorSchema, toOpenAIError } from "../openai/error-body.ts";
import { restErrorSchema, toRestError } from "./rest-error.ts";
import type { ErrorDialect } from "./rest-route.ts";

const ollamaErrorSchema = z.object({
  error: z.string().describe("What is wrong, why, and what to do next."),
  detail: z.string().describe("The same, where Open WebUI's clients look for it."),
  code: errorCodeSchema,
});

/** How the body of an error looks, and what the description calls it. */
export const errorForms = {
  management: { name: "Error", schema: restErrorSchema },
  openai: { name: "OpenAIError", schema: openAIErrorSchema },
  ollama: { name: "OllamaError", schema: ollamaErrorSchema },
} as const satisfies Readonly<
  Record<ErrorDialect, { readonly name: string; readonly schema: z.ZodType<object> }>
>;

/** A failure as the clients of a route read it. */
export function toDialectError(
  dialect: ErrorDialect,
  error: DomainError,
  actor: Actor | null,
): { readonly status: number; readonly body: object; readonly headers: Readonly<Record<string, string>> } {
  if (dialect === "management") return toRestError(error, actor);
  const { status, body } = toOpenAIError(error);
  const headers = errorHeaders(error);
  if (dialect === "openai") return { status, body, headers };
  const { detail } = body;
  const ofOllama: z.output<typeof ollamaErrorSchema> = { error: detail, detail, code: error.code };
  return { status, body: ofOllama, headers };
}
