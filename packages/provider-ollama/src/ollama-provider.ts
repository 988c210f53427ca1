import type {
  CallOptions,
  JsonObject,
  JsonValue,
  ModelFacts,
  OllamaManagement,
  Provider,
  ProviderModel,
} from "@corral/core";
import {
  asArray,
  asObject,
  asText,
  assertOutboundUrl,
  collectCompletion,
  convertStream,
  createNdjsonParser,
  startStream,
  toModelList,
  UpstreamEndpoint,
} from "@corral/provider-kit";
import { embedWithOllama } from "./embed-with-ollama.ts";
import { OllamaManager } from "./manage/ollama-manager.ts";
import { notOllama, ServerVersion } from "./manage/server-version.ts";
import { factsOfShow, factsOfTag } from "./ollama-facts.ts";
import type { OllamaProviderSettings } from "./ollama-settings.ts";
import { OllamaStreamConverter } from "./ollama-stream-converter.ts";
import { toOllamaChat } from "./to-ollama-chat.ts";

/** A large model may take minutes to load, and sends nothing meanwhile; a prompt on a CPU pauses for long. */
const defaults = { firstByteMs: 600_000, idleMs: 300_000, totalMs: 1_800_000, listMs: 5_000 };
const transferDefaults = { registryHosts: [], allowInsecure: false, restarts: 5, restartDelayMs: 1_000 };

export type OllamaProvider = Provider & { readonly ollama: OllamaManagement };

/**
 * An Ollama server behind the provider port, spoken natively.
 *
 * @throws DomainError `outbound_denied` for an address that must not be called, `invalid_input` for a key or header that cannot be sent.
 */
export function createOllamaProvider(settings: OllamaProviderSettings): OllamaProvider {
  const { baseUrl, transfers, ...rest } = settings;
  const endpoint = new UpstreamEndpoint({ ...rest, baseUrl: toOllamaOrigin(baseUrl), defaults });
  const version = new ServerVersion(endpoint);
  const ollama = new OllamaManager(endpoint, version, {
    ...transferDefaults,
    ...transfers,
    stallMs: settings.timeouts?.idleMs ?? defaults.idleMs,
  });

  async function* streamParts(body: JsonObject, { signal }: CallOptions) {
    const answer = await endpoint.open({
      path: "/api/chat",
      body,
      pace: "call",
      accept: "application/x-ndjson",
      signal,
    });
    yield* convertStream(answer, createNdjsonParser(), new OllamaStreamConverter(endpoint.secrets));
  }

  return {
    kind: "ollama",
    async listModels({ signal }) {
      const answer = asObject(await endpoint.json({ path: "/api/tags", pace: "list", signal }));
      if (answer === undefined || !("models" in answer)) throw notOllama();
      return toModelList(asArray(answer["models"]), toProviderModel);
    },
    async describeModel(id, { signal }): Promise<ModelFacts> {
      const answer = asObject(
        await endpoint.json({ path: "/api/show", body: { model: id }, pace: "list", signal }),
      );
      if (answer === undefined) throw notOllama();
      return factsOfShow(answer);
    },
    async chat(request, options) {
      const { body, notes } = toOllamaChat(request);
      return { notes, completion: await collectCompletion(streamParts(body, options)) };
    },
    async streamChat(request, options) {
      const { body, notes } = toOllamaChat(request);
      return { notes, batches: await startStream(streamParts(body, options)) };
    },
    embed: (request, options) => embedWithOllama(endpoint, request, options),
    async checkHealth({ signal }) {
      const start = performance.now();
      return { version: await version.read(signal), latencyMs: performance.now() - start };
    },
    previewChat(request) {
      return { method: "POST", url: `${endpoint.baseUrl}/api/chat`, ...toOllamaChat(request) };
    },
    ollama,
    close: () => {
      ollama.pulls.close();
      return endpoint.close();
    },
  };
}

/** People paste the address with one of these at its end. */
function toOllamaOrigin(baseUrl: string): string {
  return assertOutboundUrl(baseUrl)
    .href.replace(/\/+$/u, "")
    .replace(/\/(?:api|v1)$/u, "");
}

function toProviderModel(entry: JsonValue): ProviderModel | undefined {
  const tag = asObject(entry);
  const id = asText(tag?.["model"]) ?? asText(tag?.["name"]);
  return tag === undefined || id === undefined ? undefined : { id, facts: factsOfTag(tag) };
}
