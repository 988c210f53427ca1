import { DomainError, isDomainError } from "@corral/core";
import { broken, inTheMiddle, misled, never, type BrokenProvider } from "./broken-provider.ts";

/** Failures, aborts and deadlines that go wrong. */
export const brokenFailures: readonly BrokenProvider[] = [
  broken("ignores an abort in the middle", "cancelling: stops in the middle of a stream", (provider) => ({
    streamChat: (request) => provider.streamChat(request, never),
  })),
  broken("ignores an abort while it waits", "cancelling: a whole chat gives up waiting", (provider) => ({
    chat: (request) => provider.chat(request, never),
  })),
  broken("sends what was cancelled before", "cancelling: listing models sends nothing", (provider) => ({
    async listModels({ signal }) {
      await provider.listModels(never).catch(() => undefined);
      if (signal.aborted) throw new DomainError("request_cancelled");
      return { models: [], dropped: 0 };
    },
  })),
  misled("knows no deadline", "failures of a whole chat: silence until the deadline", () => ({
    timeouts: {},
  })),
  misled("knows no deadline between bytes", `${inTheMiddle}silence in the middle`, ({ timeouts }) => ({
    timeouts: { ...timeouts, idleMs: 60_000 },
  })),
  broken("repeats what was refused", "failures of a whole chat: 503", (provider) => ({
    chat: (request, options) => provider.chat(request, options).catch(() => provider.chat(request, options)),
  })),
  broken("throws what nobody can read", "failures of a whole chat: 200 with a web page", (provider) => ({
    chat: (request, options) =>
      provider.chat(request, options).catch(() => {
        throw new SyntaxError("Unexpected token '<'");
      }),
  })),
  broken(
    "blames the caller for a wrong key",
    "failures of a whole chat: 401 with plain text",
    (provider) => ({
      chat: (request, options) =>
        provider.chat(request, options).catch(() => {
          throw new DomainError("unauthenticated");
        }),
    }),
  ),
  broken("forgets how long to wait", "failures of a streamed chat: 429 with a hint", (provider) => ({
    streamChat: (request, options) =>
      provider.streamChat(request, options).catch((error: unknown) => {
        throw isDomainError(error) ? new DomainError(error.code, error.message) : error;
      }),
  })),
  broken("is healthy whatever answers", "failures of checking health: 200 with a web page", () => ({
    checkHealth: async () => ({ version: undefined, latencyMs: 1 }),
  })),
  broken("lists nothing where it failed", "failures of listing models: 500", (provider) => ({
    listModels: (options) => provider.listModels(options).catch(() => ({ models: [], dropped: 0 })),
  })),
  misled(
    "passes on a page of two megabytes",
    "failures of a whole chat: 502 with two megabytes",
    ({ transport }) => ({
      async transport(request) {
        const response = await transport(request);
        if (response.status !== 502) return response;
        let page = "";
        for await (const piece of response.body) page += new TextDecoder().decode(piece);
        throw new DomainError("upstream_error", page);
      },
    }),
  ),
];
