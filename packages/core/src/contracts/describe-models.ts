import { describe, expect, test } from "vitest";
import { byteByByte } from "../testing/scripted-upstream.ts";
import { neverAborted, openBench } from "./provider-bench.ts";
import type { ProviderContractOptions } from "./provider-contract-options.ts";

export function describeModels(options: ProviderContractOptions): void {
  const { models, health } = options.scenarios;

  describe("models and health", () => {
    test("lists every model once, by the id to call it with", async () => {
      await using bench = await openBench(options, models.reply);

      const list = await bench.provider.listModels(neverAborted());

      expect(list.models.map((model) => model.id)).toEqual(models.ids);
      expect(new Set(models.ids).size).toBe(models.ids.length);
      expect(models.ids).not.toContain("");
    });

    test("reads the same list byte by byte", async () => {
      await using bench = await openBench(options, models.reply, { chunking: byteByByte });

      const list = await bench.provider.listModels(neverAborted());

      expect(list.models.map((model) => model.id)).toEqual(models.ids);
    });

    test("answers a health check with the time it took", async () => {
      await using bench = await openBench(options, health);

      const { latencyMs } = await bench.provider.checkHealth(neverAborted());

      expect(latencyMs).toBeGreaterThanOrEqual(0);
    });
  });
}
