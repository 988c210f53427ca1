import { errorSpec, isDomainError, type ErrorCode } from "@corral/core";

/** An error as Ollama's clients read it. */
export type OllamaErrorBody = {
  readonly error: string;
  /** The same message where Open WebUI's clients look for it. */
  readonly detail: string;
};

/** What a failure is for Ollama's clients: unknown ones are `internal` and say nothing about themselves. */
export function toOllamaError(error: unknown): {
  readonly status: number;
  readonly code: ErrorCode;
  readonly body: OllamaErrorBody;
} {
  const code = isDomainError(error) ? error.code : "internal";
  const { status, expose, meaning, remedy } = errorSpec(code);
  const message = `${isDomainError(error) && expose ? error.message : meaning} ${remedy}`;
  return { status, code, body: { error: message, detail: message } };
}

/** The last line of a stream that failed. */
export function toOllamaErrorLine(error: unknown): string {
  return `${JSON.stringify({ error: toOllamaError(error).body.error })}\n`;
}
