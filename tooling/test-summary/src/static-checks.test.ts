import { describe, expect, it } from "vitest";

import { findFault } from "./static-checks.ts";

const check = { command: "oxlint", looked: /on (\d+) files?/ };
const ended = (exitCode: number, output: string) => ({ exitCode, output, timedOut: false });

describe("findFault", () => {
  it("passes a check that looked at files and found nothing", () => {
    expect(findFault(check, ended(0, "Finished in 3ms on 75 files"))).toBeUndefined();
  });

  it("fails a check that looked at no file, green or not", () => {
    expect(findFault(check, ended(0, "Finished in 3ms on 0 files"))).toBe("oxlint looked at no file");
    expect(findFault(check, ended(0, ""))).toBe("oxlint looked at no file");
  });

  it("fails a check that ended with an error or not in time", () => {
    expect(findFault(check, ended(1, "on 75 files"))).toBe("oxlint ended with exit code 1");
    expect(findFault(check, { ...ended(143, ""), timedOut: true })).toBe("did not end within 120 s");
  });
});
