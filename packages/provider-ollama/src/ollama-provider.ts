import type {
  CallOptions,
  JsonValue,
  ModelFacts,
  OllamaManagement,
  Provider,
  ProviderChatAnswer,
  ProviderChatRequest,
  ProviderCompletionRequest,
  ProviderModel,
} from "@corral/core";
import {
  asArray,
  asObject,
  asText,
  assertOutboundUrl,
  collectCompletion,
  toModelList,
  UpstreamEndpoint,
} from "@corral/provider-kit";
import { askOllama, type OllamaStream } from "./ask-ollama.ts";
import { embedWithOllama } from "./embed-with-ollama.ts";
import { OllamaManager } from "./manage/ollama-manager.ts";
import { notOllama, ServerVersion } from "./manage/server-version.ts";
import { factsOfShow, factsOfTag } from "./ollama-facts.ts";
import { OllamaMemory } from "./ollama-memory.ts";
import type { OllamaProviderSettings } from "./ollama-settings.ts";
import { toOllamaChat } from "./to-ollama-chat.ts";
import { toOllamaGenerate } from "./to-ollama-generate.ts";

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
  const memory = new OllamaMemory();
  const connection = { endpoint, memory };
  const version = new ServerVersion(endpoint, (version) => memory.learnVersion(version));
  const ollama = new OllamaManager(endpoint, version, {
    ...transferDefaults,
    ...transfers,
    stallMs: settings.timeouts?.idleMs ?? defaults.idleMs,
  });

  const askChat = (request: ProviderChatRequest, options: CallOptions) =>
    askOllama(
      connection,
      { model: request.model, shape: "chat", toBody: (server) => toOllamaChat(request, server) },
      options,
    );
  const askCompletion = (request: ProviderCompletionRequest, options: CallOptions) =>
    askOllama(
      connection,
      { model: request.model, shape: "generate", toBody: (server) => toOllamaGenerate(request, server) },
      options,
    );

  return {
    kind: "ollama",
    async listModels({ signal }) {
      const answer = asObject(await endpoint.json({ path: "/api/tags", pace: "list", signal }));
      if (answer === undefined || !("models" in answer)) throw notOllama();
      // Lists are made in the background: the place to hear what chats should know.
      if (memory.isVersionStale) await version.read(signal).catch(() => memory.learnVersion(undefined));
      return toModelList(asArray(answer["models"]), toProviderModel);
    },
    async describeModel(id, { signal }): Promise<ModelFacts> {
      const answer = asObject(
        await endpoint.json({ path: "/api/show", body: { model: id }, pace: "list", signal }),
      );
      if (answer === undefined) throw notOllama();
      return factsOfShow(answer);
    },
    chat: async (request, options) => collect(await askChat(request, options)),
    streamChat: askChat,
    complete: async (request, options) => collect(await askCompletion(request, options)),
    streamCompletion: askCompletion,
    embed: (request, options) => embedWithOllama(connection, request, options),
    async checkHealth({ signal }) {
      const start = performance.now();
      return { version: await version.read(signal), latencyMs: performance.now() - start };
    },
    previewChat(request) {
      const sent = toOllamaChat(request, memory.serverFor(request.model));
      return { method: "POST", url: `${endpoint.baseUrl}/api/chat`, ...sent };
    },
    ollama,
    circuits: () => endpoint.circuits(),
    close: () => {
      ollama.pulls.close();
      return endpoint.close();
    },
  };
}

async function collect({ notes, batches }: OllamaStream): Promise<ProviderChatAnswer> {
  return { notes, completion: await collectCompletion(batches) };
}

/** People paste the address with one of these at its end. */
function toOllamaOrigin(baseUrl: string): string {
  return assertOutboundUrl(baseUrl)
    .href.replace(/(?<!\/)\/+$/u, "")
    .replace(/\/(?:api|v1)$/u, "");
}

function toProviderModel(entry: JsonValue): ProviderModel | undefined {
  const tag = asObject(entry);
  const id = asText(tag?.["model"]) ?? asText(tag?.["name"]);
  return tag === undefined || id === undefined ? undefined : { id, facts: factsOfTag(tag) };
}
