import { DomainError, isDomainError } from "@corral/core";
import { broken, misled, type BrokenProvider } from "./broken-provider.ts";

/** Keys that go where they must not. */
export const brokenSecrets: readonly BrokenProvider[] = [
  broken(
    "repeats the key in a message",
    "failures of a whole chat: 401 that repeats the key",
    (provider, { key }) => ({
      chat: (request, options) => provider.chat(request, options).catch(withMessage(`refused: ${key}`)),
    }),
  ),
  broken("repeats the key in the details", "failures of a whole chat: 500", (provider, { key }) => ({
    chat: (request, options) =>
      provider.chat(request, options).catch((error: unknown) => {
        if (!isDomainError(error)) throw error;
        const details = { ...error.details, upstreamMessage: `trace ${key}` };
        throw new DomainError(error.code, error.message, { details });
      }),
  })),
  broken("repeats the key in a cause", "failures of a streamed chat: 401", (provider, { key }) => ({
    streamChat: (request, options) =>
      provider.streamChat(request, options).catch((error: unknown) => {
        if (!isDomainError(error)) throw error;
        throw new DomainError(error.code, error.message, {
          cause: new Error(`Authorization: ${key}`),
          ...(error.details && { details: error.details }),
        });
      }),
  })),
  broken(
    "shows the key as a member",
    "requests: shows the key to nobody",
    (_, { key }) => ({ settings: { key } }) as object,
  ),
  misled(
    "sends the key in the address",
    "requests: sends the key to the endpoint, in a header",
    ({ transport, key }) => ({
      transport: (request) => transport({ ...request, url: `${request.url}?key=${key}` }),
    }),
  ),
  misled("follows redirects", "failures of listing models: a redirect", ({ transport }) => ({
    async transport(request) {
      const response = await transport(request);
      return response.status === 307 ? transport(request) : response;
    },
  })),
];

function withMessage(message: string): (error: unknown) => never {
  return (error) => {
    throw isDomainError(error) ? new DomainError(error.code, message) : error;
  };
}
