import { commonFaults, type Fault } from "@corral/simulated-providers";
import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startGatewayWorld, type GatewayWorld } from "./support/gateway-world.ts";

/** The official client repeats what a 409, 429 or 5xx ends, unless it is told otherwise. */

let world: GatewayWorld;
beforeAll(async () => {
  world = await startGatewayWorld();
});
afterEach(async () => world.mend());
afterAll(async () => world[Symbol.asyncDispose]());

/** How often the client asks. */
async function askedTimes(model: string, stream: boolean): Promise<number> {
  let requests = 0;
  const client = new OpenAI({
    baseURL: `${world.server.url}/v1`,
    apiKey: world.readersKey,
    maxRetries: 1,
    fetch: (...request) => {
      requests += 1;
      return fetch(...request);
    },
  });
  const call = client.chat.completions.create({
    model,
    messages: [{ role: "user", content: "hello" }],
    stream,
  });
  await expect(call).rejects.toBeInstanceOf(OpenAI.APIError);
  return requests;
}

const repeated: readonly (readonly [string, Fault])[] = [
  ["a provider that fails", commonFaults.serverErrorHtml],
  ["a page in place of an answer", { kind: "html-200" }],
];
const final: readonly (readonly [string, Fault])[] = [
  ["a spent quota (429)", commonFaults.quotaExhausted],
  ["a key of ours that is refused (502)", commonFaults.unauthorized],
  ["a model that the provider does not know (502)", commonFaults.notFoundJson],
  ["a redirect (502)", { kind: "redirect" }],
];

describe.each(["ollama", "openai"] as const)("what %s does", (provider) => {
  describe.each([true, false])("streamed: %s", (stream) => {
    test.each(repeated)("[vector 53] the official client repeats after %s", async (_, fault) => {
      world[provider].faults.set({ fault });

      expect(await askedTimes(`on-${provider}`, stream)).toBe(2);
    });

    test.each(final)("[vector 53] the official client does not repeat after %s", async (_, fault) => {
      world[provider].faults.set({ fault });

      expect(await askedTimes(`on-${provider}`, stream)).toBe(1);
    });
  });
});
