import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CallClock } from "./call-clock.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = () => new AbortController().signal;
const phaseOf = (clock: CallClock): unknown =>
  (clock.signal.reason as { details?: { timeoutPhase?: string } } | undefined)?.details?.timeoutPhase; // safe: only read

describe("the clock of a call", () => {
  test("waits for the first byte as long as it may, and not longer", () => {
    const clock = new CallClock({ firstByteMs: 100, idleMs: 10 }, never());
    clock.waiting();

    vi.advanceTimersByTime(98);
    expect(clock.signal.aborted).toBe(false);
    vi.advanceTimersByTime(3);

    expect(phaseOf(clock)).toBe("first_byte");
  });

  test("waits anew with each part of a long upload", () => {
    const clock = new CallClock({ firstByteMs: 100, idleMs: 10 }, never());
    for (let part = 0; part < 20; part += 1) {
      clock.sending();
      vi.advanceTimersByTime(80);
    }
    expect(clock.signal.aborted).toBe(false);

    vi.advanceTimersByTime(102);

    expect(phaseOf(clock)).toBe("first_byte");
  });

  test("counts silence between reads, not the consumer's time", () => {
    const clock = new CallClock({ firstByteMs: 1_000, idleMs: 50 }, never());
    clock.waiting();
    clock.received();

    vi.advanceTimersByTime(10_000);
    expect(clock.signal.aborted).toBe(false);
    clock.waiting();
    vi.advanceTimersByTime(52);

    expect(phaseOf(clock)).toBe("idle");
  });

  test("bytes in time start the silence anew", () => {
    const clock = new CallClock({ idleMs: 50 }, never());
    for (let read = 0; read < 20; read += 1) {
      clock.received();
      clock.waiting();
      vi.advanceTimersByTime(40);
    }

    expect(clock.signal.aborted).toBe(false);
  });

  test("ends at the total although bytes keep coming or nobody reads", () => {
    const busy = new CallClock({ idleMs: 50, totalMs: 200 }, never());
    const unread = new CallClock({ idleMs: 50, totalMs: 200 }, never());
    unread.received();
    for (let read = 0; read < 30; read += 1) {
      busy.received();
      busy.waiting();
      vi.advanceTimersByTime(10);
    }

    expect([phaseOf(busy), phaseOf(unread)]).toEqual(["total", "total"]);
  });

  test("leaves no timer and no listener behind", () => {
    const outer = new AbortController();
    const clock = new CallClock({ firstByteMs: 1_000 }, outer.signal);

    clock.stop();
    outer.abort();

    expect(vi.getTimerCount()).toBe(0);
    expect(clock.signal.aborted).toBe(false);
  });
});
