import type { ChatStreamPart, Flow, Provider } from "@corral/core";
import type { ProviderContractSetup } from "@corral/core/contracts";
import { createParrotProvider } from "../parrot-provider.ts";

/** What a stream yields. */
export type Batches = Flow<readonly ChatStreamPart[]>;

/** A provider that breaks one promise. */
export type BrokenProvider = {
  readonly what: string;
  readonly create: (setup: ProviderContractSetup) => Provider;
  /** `group: title` of a rule that must not let it pass, or how that begins. */
  readonly caughtBy: string;
};

const createParrot = ({ key, ...setup }: ProviderContractSetup): Provider =>
  createParrotProvider({ ...setup, auth: { type: "bearer", key } });

/** Breaks the provider, where it has the settings at hand. */
export function broken(
  what: string,
  caughtBy: string,
  change: (provider: Provider, setup: ProviderContractSetup) => Partial<Provider>,
): BrokenProvider {
  const create = (setup: ProviderContractSetup) => {
    const provider = createParrot(setup);
    return { ...provider, ...change(provider, setup) };
  };
  return { what, caughtBy, create };
}

/** Breaks what the provider is given. */
export function misled(
  what: string,
  caughtBy: string,
  change: (setup: ProviderContractSetup) => Partial<ProviderContractSetup>,
): BrokenProvider {
  const create = (setup: ProviderContractSetup) => createParrot({ ...setup, ...change(setup) });
  return { what, caughtBy, create };
}

/** Changes what a streamed chat yields. */
export function streaming(
  what: string,
  caughtBy: string,
  change: (batches: Batches, provider: Provider) => Batches,
): BrokenProvider {
  return broken(what, caughtBy, (provider) => ({
    async streamChat(request, options) {
      const stream = await provider.streamChat(request, options);
      return { ...stream, batches: change(stream.batches, provider) };
    },
  }));
}

export const inTheMiddle = "failures in the middle of a stream: ";
export const never = { signal: new AbortController().signal };
