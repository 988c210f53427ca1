import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

test("runs two at once in the order they came, and turns away who comes after the queue is full", async () => {
  const turns = new Turns({ running: 2, waiting: 3, retryAfterMs: 500 });
  const started: number[] = [];
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const works = gates.map(async (gate, index) =>
    turns.run(async () => {
      started.push(index);
      await gate.promise;
    }),
  );

  await expect(turns.run(async () => undefined)).rejects.toMatchObject({
    code: "overloaded",
    details: { retryAfterMs: 500 },
  });
  expect(started).toEqual([0, 1]);
  gates[1]?.resolve();
  await works[1];
  expect(started).toEqual([0, 1, 2]);

  for (const gate of gates) gate.resolve();
  await Promise.all(works);
  expect(started).toEqual([0, 1, 2, 3, 4]);
});

test("a failure gives its turn back", async () => {
  const turns = new Turns({ running: 1, waiting: 1, retryAfterMs: 1 });
  const fail = async () => turns.run(async () => Promise.reject(new Error("no")));

  await expect(Promise.all([fail(), fail()])).rejects.toThrow("no");
  await expect(turns.run(async () => "done")).resolves.toBe("done");
});
