import { broken, never, type BrokenProvider } from "./broken-provider.ts";

/** Requests that are not what was asked for, and lists and previews that are not true. */
export const brokenRequests: readonly BrokenProvider[] = [
  broken("invents a setting", "requests: sends no setting that nobody chose", (provider) => ({
    streamChat: (request, options) =>
      provider.streamChat({ ...request, params: { seed: 1, ...request.params } }, options),
  })),
  broken(
    "shows another body than it sends",
    "requests: sends, and says, what the preview shows",
    (provider) => ({
      previewChat(request) {
        const preview = provider.previewChat(request);
        return { ...preview, body: { ...preview.body, max_words: 1 } };
      },
    }),
  ),
  broken(
    "says nothing of what it changed",
    "requests: sends, and says, what the preview shows",
    (provider) => ({
      chat: async (request, options) => ({ ...(await provider.chat(request, options)), notes: [] }),
    }),
  ),
  broken("drops params silently", "requests: loses no param without a note", (provider) => ({
    previewChat: (request) => ({ ...provider.previewChat(request), notes: [] }),
  })),
  broken("notes without a reason", "requests: says of each change what, how and why", (provider) => ({
    previewChat(request) {
      const preview = provider.previewChat(request);
      return { ...preview, notes: preview.notes.map((note) => ({ ...note, reason: "" })) };
    },
  })),
  broken("asks somebody for a preview", "requests: previews without asking anybody", (provider) => ({
    previewChat(request) {
      void provider.checkHealth(never).catch(() => undefined);
      return provider.previewChat(request);
    },
  })),
  broken("changes the caller's request", "requests: leaves the request as it was", (provider) => ({
    streamChat(request, options) {
      Object.assign(request.params, { stream: true });
      return provider.streamChat(request, options);
    },
  })),
  broken("ignores tools", "requests: says so when it is asked for tools", (provider) => ({
    previewChat: (request) => provider.previewChat({ ...request, tools: [] }),
  })),
  broken("gives no vectors instead of a refusal", "answers: refuses embeddings", () => ({
    embed: async () => ({ embeddings: [], promptTokens: 0 }),
  })),
  broken("has half of the completions", "completions: leaves the methods out", (provider) => ({
    complete: ({ model, prompt, params }, options) =>
      provider.chat({ model, messages: [{ role: "user", content: prompt }], params }, options),
  })),
  broken("asks a model for its health", "models and health: asks for no answer of a model", (provider) => ({
    async checkHealth(options) {
      await provider
        .chat({ model: "contract-model", messages: [{ role: "user", content: "Hi" }], params: {} }, options)
        .catch(() => undefined);
      return { version: undefined, latencyMs: 1 };
    },
  })),
  broken("lists a model twice", "models and health: lists every model once", (provider) => ({
    async listModels(options) {
      const list = await provider.listModels(options);
      return { ...list, models: [...list.models, ...list.models] };
    },
  })),
];
