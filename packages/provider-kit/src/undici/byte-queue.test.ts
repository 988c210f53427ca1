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
