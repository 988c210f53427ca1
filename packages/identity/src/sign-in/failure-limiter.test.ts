import { isDomainError } from "@corral/core";
import { beforeEach, expect, test } from "vitest";
import { FailureLimiter } from "./failure-limiter.ts";
import { networkOf } from "./network-of.ts";

const minuteMs = 60_000;
let now = 0;
let limiter = new FailureLimiter({ perMinute: 5, now: () => now });
beforeEach(() => {
  now = 1_000_000;
  limiter = new FailureLimiter({ perMinute: 5, now: () => now });
});

/** How long a name must wait, in milliseconds. */
function pauseOf(name: string): number {
  try {
    limiter.assertAllowed([name]);
    return 0;
  } catch (error) {
    if (!isDomainError(error) || error.code !== "rate_limited") throw error;
    return error.details?.retryAfterMs ?? Number.NaN;
  }
}

function failTimes(name: string, times: number): void {
  for (let index = 0; index < times; index += 1) limiter.noteFailure([name]);
}

test("four failures a minute are forgiven, for ever", () => {
  for (let minute = 0; minute < 60; minute += 1) {
    failTimes("a", 4);
    expect(pauseOf("a")).toBe(0);
    now += minuteMs;
  }
});

test("pauses double from one minute to fifteen", () => {
  const pauses = Array.from({ length: 6 }, () => {
    failTimes("a", 5);
    const pauseMs = pauseOf("a");
    now += pauseMs;
    return pauseMs / minuteMs;
  });

  expect(pauses).toEqual([1, 2, 4, 8, 15, 15]);
});

test("an hour without failure is a new beginning", () => {
  failTimes("a", 5);
  now += minuteMs;
  failTimes("a", 5);
  now += 61 * minuteMs;

  failTimes("a", 5);

  expect(pauseOf("a")).toBe(minuteMs);
});

test("one name's failures are not another's, and a success clears only its own", () => {
  limiter.noteFailure(["account", "network"]);
  failTimes("network", 3);
  limiter.noteSuccess("account");
  failTimes("account", 4);
  expect([pauseOf("account"), pauseOf("stranger")]).toEqual([0, 0]);

  failTimes("network", 1);

  expect(pauseOf("network")).toBe(minuteMs);
});

test("memory is bounded, whatever names are tried", () => {
  for (let index = 0; index < 50_000; index += 1) limiter.noteFailure([`name-${index}`]);
  failTimes("name-0", 4);

  expect(pauseOf("name-0")).toBe(0);
});

test.each([
  ["192.0.2.7", "192.0.2.200", true],
  ["192.0.2.7", "192.0.3.7", false],
  ["::ffff:192.0.2.7", "192.0.2.9", true],
  ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true],
  ["2001:db8:1:2::1", "2001:db8:1:3::1", false],
  ["fe80::1%eth0", "fe80::2%eth1", true],
])("%s and %s count as one network: %s", (one, other, isSame) => {
  expect(networkOf(one) === networkOf(other)).toBe(isSame);
});
