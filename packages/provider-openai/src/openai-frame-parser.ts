import { limits } from "@corral/core";
import {
  createServerSentEventsParser,
  invalidResponse,
  type FrameParser,
  type ServerSentEvent,
} from "@corral/provider-kit";

/** What a server sends for a chat: events, or one JSON document although a stream was asked for. */
export type OpenAIFrame = ServerSentEvent | { readonly document: string };

/** Decides by the first byte that is no white space; the content type is often wrong. */
export class OpenAIFrameParser implements FrameParser<OpenAIFrame> {
  readonly #events = createServerSentEventsParser();
  #isDocument: boolean | undefined;
  #document: { readonly decoder: TextDecoder; text: string } | undefined;

  push(chunk: Uint8Array): OpenAIFrame[] {
    this.#isDocument ??= looksLikeDocument(chunk);
    if (this.#isDocument !== true) return this.#events.push(chunk);
    this.#document ??= { decoder: new TextDecoder(), text: "" };
    const document = this.#document;
    document.text += document.decoder.decode(chunk, { stream: true });
    if (document.text.length > limits.upstreamBodyBytes)
      throw invalidResponse("The provider's answer is too large.");
    return [];
  }

  end(): OpenAIFrame[] {
    return this.#document === undefined ? this.#events.end() : [{ document: this.#document.text }];
  }
}

/** `undefined` while only white space or a byte order mark came. */
function looksLikeDocument(chunk: Uint8Array): boolean | undefined {
  for (const byte of chunk) {
    if (byte === 0x7b || byte === 0x5b || byte === 0x3c) return true;
    if (byte > 0x20 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf) return false;
  }
  return undefined;
}
