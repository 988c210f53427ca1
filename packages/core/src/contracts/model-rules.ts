import { expect } from "vitest";
import { byteByByte } from "../testing/scripted-upstream.ts";
import { rulesOf, type ContractRule } from "./contract-rule.ts";
import { neverAborted, openBench, plainRequest } from "./provider-bench.ts";
import type { ProviderContractOptions } from "./provider-contract-options.ts";
import { withUnknownFields } from "./unknown-fields.ts";

const rule = rulesOf("models and health");

export function modelRules(options: ProviderContractOptions): ContractRule[] {
  const { models, health } = options.scenarios;
  return [
    rule("lists every model once, by the id to call it with", async () => {
      await using bench = await openBench(options, models.reply);

      const list = await bench.provider.listModels(neverAborted());

      expect(list.models.map((model) => model.id)).toEqual(models.ids);
      expect(new Set(models.ids).size).toBe(models.ids.length);
      expect(models.ids).not.toContain("");
    }),
    rule("reads the same list byte by byte", async () => {
      await using bench = await openBench(options, models.reply, { chunking: byteByByte });

      const list = await bench.provider.listModels(neverAborted());

      expect(list.models.map((model) => model.id)).toEqual(models.ids);
    }),
    rule("reads the same list from a server that says more about it", async () => {
      await using bench = await openBench(options, withUnknownFields(models.reply));

      const list = await bench.provider.listModels(neverAborted());

      expect(list.models.map((model) => model.id)).toEqual(models.ids);
    }),
    rule("answers a health check with the time it took", async () => {
      await using bench = await openBench(options, health);

      const { latencyMs } = await bench.provider.checkHealth(neverAborted());

      expect(latencyMs).toBeGreaterThanOrEqual(0);
    }),
    rule("asks for no answer of a model to check health", async () => {
      await using bench = await openBench(options, health);
      const { url } = bench.provider.previewChat(plainRequest);

      await bench.provider.checkHealth(neverAborted());

      expect(bench.upstream.requests.length).toBeGreaterThan(0);
      for (const { path, body } of bench.upstream.requests) {
        expect(url.endsWith(path)).toBe(false);
        expect(body).not.toContain(plainRequest.model);
      }
    }),
  ];
}
