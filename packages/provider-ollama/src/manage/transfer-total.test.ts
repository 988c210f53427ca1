import { describe, expect, test } from "vitest";
import { TransferTotal, type TransferEvent } from "./transfer-total.ts";

const event = (change: Partial<TransferEvent>): TransferEvent => ({
  status: "pulling x",
  digest: undefined,
  totalBytes: undefined,
  completedBytes: undefined,
  ...change,
});

describe("[vector 40] the total of a transfer", () => {
  test("does not fall when a later layer turns out to be large", () => {
    const total = new TransferTotal();
    total.push(event({ digest: "a", totalBytes: 100, completedBytes: 100 }));

    const progress = total.push(event({ digest: "b", totalBytes: 900 }));

    expect(progress).toMatchObject({ completedBytes: 100, totalBytes: 1000, percent: 99.9 });
  });

  test("does not fall when the server counts a layer anew", () => {
    const total = new TransferTotal();
    total.push(event({ digest: "a", totalBytes: 100, completedBytes: 60 }));

    const progress = total.push(event({ digest: "a", totalBytes: 100 }));

    expect(progress).toMatchObject({ completedBytes: 60, totalBytes: 100, percent: 60 });
  });

  test("never says more than there is, nor 100 before the end", () => {
    const total = new TransferTotal();

    expect(total.push(event({ digest: "a", totalBytes: 100, completedBytes: 250 }))).toMatchObject({
      completedBytes: 100,
      percent: 99.9,
    });
    expect(total.push(event({ status: "success" }))).toMatchObject({ phase: "done", percent: 100 });
  });

  test("counts nothing for a layer whose size is not known", () => {
    const total = new TransferTotal();

    expect(total.push(event({ digest: "a", completedBytes: 5 }))).toMatchObject({
      completedBytes: 0,
      totalBytes: 0,
      percent: 0,
    });
  });

  test("is complete at the success even where the last lines were missing", () => {
    const total = new TransferTotal();
    total.push(event({ digest: "a", totalBytes: 100, completedBytes: 60 }));

    expect(total.push(event({ status: "success" }))).toMatchObject({ completedBytes: 100, totalBytes: 100 });
  });

  test("holds a bounded number of layers", () => {
    const total = new TransferTotal();
    for (let layer = 0; layer < 10_000; layer += 1) {
      total.push(event({ digest: `d${layer}`, totalBytes: 1, completedBytes: 1 }));
    }

    expect(total.push(event({ digest: "d1", totalBytes: 1 })).totalBytes).toBe(4_096);
  });

  test("stays in order whatever comes, in 1,000 random transfers", () => {
    let seed = 20261123;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
      return seed % below;
    };
    for (let round = 0; round < 1_000; round += 1) {
      const total = new TransferTotal();
      let last = total.push(event({}));
      for (let step = 0; step < 20; step += 1) {
        const next = total.push(
          event({
            digest: random(5) === 0 ? undefined : `d${random(4)}`,
            totalBytes: random(3) === 0 ? undefined : random(1_000),
            completedBytes: random(3) === 0 ? undefined : random(1_200),
          }),
        );
        expect(next.completedBytes).toBeGreaterThanOrEqual(last.completedBytes);
        expect(next.totalBytes).toBeGreaterThanOrEqual(last.totalBytes);
        expect(next.percent).toBeGreaterThanOrEqual(last.percent);
        expect(next.completedBytes).toBeLessThanOrEqual(next.totalBytes);
        expect(next.percent).toBeLessThan(100);
        last = next;
      }
    }
  });

  test.each([
    ["pulling manifest", undefined, "preparing"],
    ["pulling 8eeb52dfb3bb", "sha256:8eeb", "transferring"],
    ["pushing 8eeb52dfb3bb", "sha256:8eeb", "transferring"],
    ["pulling model", "sha256:model", "transferring"],
    ["verifying sha256 digest", undefined, "verifying"],
    ["writing manifest", undefined, "finishing"],
    ["removing unused layers", undefined, "finishing"],
    ["retrieving manifest", undefined, "preparing"],
    ["pushing manifest", undefined, "finishing"],
    ["parsing GGUF", undefined, "preparing"],
    ["converting model", undefined, "converting"],
    ["quantizing F16 model to Q4_K_M", "sha256:8eeb", "converting"],
    ["using existing layer sha256:8eeb", undefined, "preparing"],
    ["success", undefined, "done"],
    ["something new", undefined, "preparing"],
  ])("takes “%s” (%s) for %s", (status, digest, phase) => {
    expect(new TransferTotal().push(event({ status, digest })).phase).toBe(phase);
  });
});
