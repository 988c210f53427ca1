import { fuzzRules, listContractRules, type ContractRule } from "@corral/core/contracts";
import { describe, expect, it } from "vitest";
import { parrotScenarios } from "./__fixtures__/parrot-scenarios.ts";
import { brokenProviders } from "./broken-providers.ts";
import type { BrokenProvider } from "./broken/broken-provider.ts";

/** A broken provider may wait for ever; under vitest its test would time out. */
const patienceMs = 1_000;

describe("the contract kit catches a provider that", () => {
  it.each(brokenProviders)("$what", async ({ create, caughtBy }) => {
    const rules = rulesFor(create).filter(({ group, title }) => `${group}: ${title}`.startsWith(caughtBy));

    const verdicts = await Promise.all(rules.map(verdictOf));

    expect(verdicts).toContain("caught");
  });

  it("names each rule once, so that a report is not ambiguous", () => {
    const names = rulesFor(brokenProviders[0]?.create).map(({ group, title }) => `${group}: ${title}`);

    expect(new Set(names).size).toBe(names.length);
  });
});

function rulesFor(create: BrokenProvider["create"] | undefined): readonly ContractRule[] {
  if (create === undefined) return [];
  const options = { create, scenarios: parrotScenarios, capabilities: [], cases: 400 };
  return [...listContractRules(options), ...fuzzRules(options)];
}

async function verdictOf({ assertKept }: ContractRule): Promise<"kept" | "caught"> {
  const patience = Promise.withResolvers<"caught">();
  const timer = setTimeout(() => patience.resolve("caught"), patienceMs);
  try {
    return await Promise.race([assertKept().then(() => "kept" as const), patience.promise]);
  } catch {
    return "caught";
  } finally {
    clearTimeout(timer);
  }
}
