import { limits } from "@corral/core";
import { invalidResponse } from "../json/read-json.ts";

/**
 * Reads a whole body as text.
 *
 * @throws DomainError `upstream_invalid_response` beyond `limitBytes` (default 64 MiB).
 */
export async function readBodyText(
  body: AsyncIterable<Uint8Array>,
  limitBytes: number = limits.upstreamBodyBytes,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > limitBytes) throw invalidResponse(`The provider's answer has more than ${limitBytes} bytes.`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The beginning of a body, at most `limitBytes`; a body that breaks gives what came. */
export async function readBodyStart(body: AsyncIterable<Uint8Array>, limitBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    for await (const chunk of body) {
      text += decoder.decode(chunk.subarray(0, limitBytes - bytes), { stream: true });
      bytes += chunk.length;
      if (bytes >= limitBytes) break;
    }
  } catch {
    // The status already says that the call failed; a broken error body must not hide it.
  }
  return text;
}
