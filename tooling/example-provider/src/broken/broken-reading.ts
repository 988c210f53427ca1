import { DomainError, isDomainError } from "@corral/core";
import type { ProviderContractSetup } from "@corral/core/contracts";
import { broken, misled, type BrokenProvider } from "./broken-provider.ts";

/** Bytes that are read wrongly. */
export const brokenReading: readonly BrokenProvider[] = [
  misled(
    "decodes each piece by itself",
    "answers: reads the same text wherever the bytes are split",
    inPieces,
  ),
  misled("decodes each piece by itself, at random", "random bytes, seed 1: [vector 8]", inPieces),
  misled(
    "refuses what it does not know",
    "answers: reads the same text from a server that says more",
    ({ transport }) => ({
      async transport(request) {
        const { body, ...response } = await transport(request);
        return { ...response, body: refusing(body, /x_of_a_later_version/u) };
      },
    }),
  ),
  broken("trips over nonsense", "random bytes, seed 1: [vector 32]", (provider) => ({
    listModels: (options) =>
      provider.listModels(options).catch((error: unknown) => {
        throw isDomainError(error) && error.code === "upstream_invalid_response"
          ? new TypeError("x is undefined")
          : error;
      }),
  })),
];

function inPieces({ transport }: ProviderContractSetup): Partial<ProviderContractSetup> {
  return {
    async transport(request) {
      const { body, ...response } = await transport(request);
      return { ...response, body: decodingEach(body) };
    },
  };
}

async function* decodingEach(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of body) yield new TextEncoder().encode(new TextDecoder().decode(piece));
}

async function* refusing(body: AsyncIterable<Uint8Array>, pattern: RegExp): AsyncGenerator<Uint8Array> {
  for await (const piece of body) {
    if (pattern.test(new TextDecoder().decode(piece))) throw new DomainError("upstream_invalid_response");
    yield piece;
  }
}
