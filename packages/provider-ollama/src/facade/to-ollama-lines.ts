import type { ChatStreamPart } from "@corral/core";
import { OllamaLineEncoder, type OllamaLineOptions } from "./ollama-line-encoder.ts";
import { toOllamaErrorLine } from "./to-ollama-error.ts";

/**
 * Writes an answer as Ollama's NDJSON, one text for each batch that says something.
 *
 * A failure on the way becomes a last line with an error: the status has been sent by then. Leaving early closes the
 * answer.
 */
export async function* toOllamaLines(
  batches: AsyncIterable<readonly ChatStreamPart[]>,
  { onFailure, ...options }: OllamaLineOptions & { readonly onFailure?: (error: unknown) => void },
): AsyncGenerator<string, void> {
  const encoder = new OllamaLineEncoder(options);
  try {
    for await (const parts of batches) {
      const lines = encoder.push(parts);
      if (lines !== "") yield lines;
    }
    yield encoder.end();
  } catch (error) {
    onFailure?.(error);
    yield toOllamaErrorLine(error);
  }
}
