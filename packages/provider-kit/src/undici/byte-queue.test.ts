import { describe, expect, it } from "vitest";

import { ByteQueue } from "./byte-queue.ts";

const bytes = (length: number): Uint8Array => new Uint8Array(length);

/** A queue, and what it asked of its source. */
function open() {
  const asked: string[] = [];
  const queue = new ByteQueue();
  queue.reads({
    pause: () => asked.push("pause"),
    resume: () => asked.push("resume"),
    abort: () => asked.push("abort"),
  });
  return { queue, asked };
}

describe("ByteQueue", () => {
  it("gives bytes in order, to a reader that waits and to one that comes later", async () => {
    const { queue } = open();
    const waiting = queue.next();

    for (const length of [1, 2, 3]) queue.push(bytes(length));
    queue.end();

    const lengths = [(await waiting).value?.length];
    for await (const chunk of queue) lengths.push(chunk.length);
    expect(lengths).toEqual([1, 2, 3]);
  });

  it("gives what arrived before a failure, then the failure", async () => {
    const { queue } = open();
    const failure = new Error("reset");

    queue.push(bytes(1));
    queue.fail(failure);

    expect(await queue.next()).toEqual({ done: false, value: bytes(1) });
    await expect(queue.next()).rejects.toBe(failure);
  });

  it("lets a failure reach a reader that waits", async () => {
    const { queue } = open();
    const waiting = queue.next();

    queue.fail(new Error("reset"));

    await expect(waiting).rejects.toThrow("reset");
  });

  it("stops its source while the reader is slow, and only then", async () => {
    const { queue, asked } = open();

    queue.push(bytes(40_000));
    expect(asked).toEqual([]);
    queue.push(bytes(40_000));
    queue.push(bytes(1));
    expect(asked).toEqual(["pause"]);
    await queue.next();

    expect(asked).toEqual(["pause", "resume"]);
  });

  it("closes its source when the reader leaves early, and not after the end", async () => {
    const left = open();
    left.queue.push(bytes(1));
    await left.queue.return();
    const read = open();
    read.queue.end();
    await read.queue.return();

    expect([left.asked, read.asked]).toEqual([["abort"], []]);
    expect(await left.queue.next()).toEqual({ done: true, value: undefined });
  });
});

describe("delivering", () => {
  it("gives what is there and what comes, in the turn in which it comes, until the end", async () => {
    const { queue } = open();
    const lengths: number[] = [];
    queue.push(bytes(1));

    const delivering = queue.deliver((chunk) => lengths.push(chunk.length) > 0);
    queue.push(bytes(2));
    expect(lengths).toEqual([1, 2]);
    queue.end();

    await delivering;
  });

  it("waits for a taker that is behind, and stops its source meanwhile", async () => {
    const { queue, asked } = open();
    const lengths: number[] = [];
    const behind = Promise.withResolvers<boolean>();
    const delivering = queue.deliver((chunk) => {
      lengths.push(chunk.length);
      return lengths.length === 1 ? behind.promise : true;
    });

    for (const length of [1, 40_000, 40_000]) queue.push(bytes(length));
    queue.end();
    expect([lengths, asked]).toEqual([[1], ["pause"]]);
    behind.resolve(true);
    await delivering;

    expect([lengths, asked]).toEqual([
      [1, 40_000, 40_000],
      ["pause", "resume"],
    ]);
  });

  it.each([
    ["at once", false],
    ["later", Promise.resolve(false)],
  ])("leaves the rest to be iterated when the taker has enough, %s", async (_, enough) => {
    const { queue, asked } = open();
    const delivering = queue.deliver(() => enough);

    for (const length of [1, 2]) queue.push(bytes(length));
    queue.end();
    await delivering;

    expect(await queue.next()).toEqual({ done: false, value: bytes(2) });
    expect(asked).toEqual([]);
  });

  it("gives what arrived before a failure, then the failure", async () => {
    const { queue } = open();
    const lengths: number[] = [];
    queue.push(bytes(1));
    const delivering = queue.deliver((chunk) => lengths.push(chunk.length) > 0);

    queue.fail(new Error("reset"));

    await expect(delivering).rejects.toThrow("reset");
    expect(lengths).toEqual([1]);
  });

  it.each([
    [
      "at once",
      () => {
        throw new Error("no");
      },
    ],
    ["later", () => Promise.reject(new Error("no"))],
  ])("throws what the taker throws %s, and nothing at its source", async (_, take) => {
    const { queue } = open();
    const delivering = queue.deliver(take);

    expect(() => queue.push(bytes(1))).not.toThrow();

    await expect(delivering).rejects.toThrow("no");
  });

  it("ends when the queue is left", async () => {
    const { queue, asked } = open();
    const delivering = queue.deliver(() => true);

    await queue.return();

    await delivering;
    expect(asked).toEqual(["abort"]);
  });
});
