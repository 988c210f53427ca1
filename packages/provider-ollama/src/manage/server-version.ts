import { DomainError, isDomainError } from "@corral/core";
import { asObject, asText, invalidResponse, type UpstreamEndpoint } from "@corral/provider-kit";
import {
  formatOllamaVersion,
  ollamaFeatures,
  parseOllamaVersion,
  supports,
  type OllamaFeature,
  type OllamaVersion,
} from "../ollama-version.ts";

const lifeMs = 5 * 60_000;

type Known = { readonly version: OllamaVersion | undefined; readonly until: number };

/** The server's version, asked for when it is needed and remembered for five minutes. */
export class ServerVersion {
  readonly #endpoint: UpstreamEndpoint;
  readonly #onRead: ((version: OllamaVersion | undefined) => void) | undefined;
  #known: Known | undefined;

  /** @param onRead Told each version that the server says, `undefined` for one that cannot be read. */
  constructor(endpoint: UpstreamEndpoint, onRead?: (version: OllamaVersion | undefined) => void) {
    this.#endpoint = endpoint;
    this.#onRead = onRead;
  }

  /** Asks the server. @throws DomainError `upstream_invalid_response` when the answer is not Ollama's. */
  async read(signal: AbortSignal): Promise<string> {
    const answer = asObject(await this.#endpoint.json({ path: "/api/version", pace: "list", signal }));
    const text = asText(answer?.["version"]);
    if (text === undefined) throw notOllama();
    this.#learn(parseOllamaVersion(text));
    return text;
  }

  /** @throws DomainError `unsupported_feature`, naming the version that has it. An unknown version has everything. */
  async assertSupports(feature: OllamaFeature, signal: AbortSignal): Promise<void> {
    const known = this.#known;
    if (known !== undefined && known.until > performance.now() && supports(known.version, feature)) return;
    // The server may have been updated since, so a refusal is never made from memory.
    const version = await this.#find(signal);
    if (version === undefined || supports(version, feature)) return;
    throw new DomainError(
      "unsupported_feature",
      `This needs Ollama ${ollamaFeatures[feature]} or later; the server is ${formatOllamaVersion(version)}. Update it.`,
    );
  }

  /** `undefined` for a server that does not tell, e.g. behind a proxy that lets only some paths through. */
  async #find(signal: AbortSignal): Promise<OllamaVersion | undefined> {
    try {
      return parseOllamaVersion(await this.read(signal));
    } catch (error) {
      const kind = isDomainError(error) ? error.details?.upstreamClass : undefined;
      if (kind !== "endpoint_not_found" && kind !== "permission" && kind !== "protocol") throw error;
      this.#learn(undefined);
      return undefined;
    }
  }

  #learn(version: OllamaVersion | undefined): void {
    this.#known = { version, until: performance.now() + lifeMs };
    this.#onRead?.(version);
  }
}

export function notOllama(): DomainError {
  return invalidResponse("The answer is not Ollama's. Check the connection's URL and kind.");
}
