import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CallPlaces } from "./call-places.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const { signal } = new AbortController();

describe("places for calls", () => {
  test("are given to those who wait in the order in which they came", async () => {
    const places = new CallPlaces(1);
    await places.enter(signal);
    const order: number[] = [];
    const waiting = [1, 2].map(async (number) => {
      await places.enter(signal);
      order.push(number);
    });

    places.leave();
    await waiting[0];
    const afterOne = [...order];
    places.leave();
    await waiting[1];

    expect([afterOne, order]).toEqual([[1], [1, 2]]);
  });

  test("are refused, with a time to come back, when twice as many wait already", async () => {
    const places = new CallPlaces(2);
    await Promise.all([places.enter(signal), places.enter(signal)]);
    const waiting = Array.from({ length: 4 }, () => places.enter(signal));

    await expect(places.enter(signal)).rejects.toMatchObject({
      code: "upstream_unavailable",
      message: expect.stringContaining("All 2 places"),
      details: { retryAfterMs: 1_000 },
    });

    for (let call = 0; call < 4; call += 1) places.leave();
    await Promise.all(waiting);
  });

  test("are waited for 30 s and not longer", async () => {
    const places = new CallPlaces(1);
    await places.enter(signal);
    const late = places.enter(signal).catch((error: unknown) => error);

    await vi.advanceTimersByTimeAsync(30_000);

    expect(await late).toMatchObject({ code: "upstream_unavailable" });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("are not given to those who have left the queue", async () => {
    const places = new CallPlaces(1);
    await places.enter(signal);
    const leaver = new AbortController();
    const left = places.enter(leaver.signal).catch((error: unknown) => error);
    const next = places.enter(signal);

    leaver.abort();
    // in the same turn: the one who left must not swallow it
    places.leave();

    expect(await left).toMatchObject({ code: "request_cancelled" });
    await next;
    places.leave();
    expect(places.tryEnter()).toBe(true);
  });
});
