import { expect, test } from "vitest";
import { findNodeProblem } from "./find-node-problem.ts";
import { serve } from "./serve.ts";

test.each(["24.14.1", "24.14.2", "24.21.0", "25.0.0", "26.1.0-nightly"])(
  "[CFG-4] runs on Node %s",
  (version) => {
    expect(findNodeProblem(version)).toBeUndefined();
  },
);

test.each(["24.14.0", "24.9.9", "22.22.3", "20.20.2", "x"])("[CFG-4] refuses Node %s", (version) => {
  expect(findNodeProblem(version)).toMatch(/Use 24\.14\.1 or later/u);
});

test("[CFG-4] a start on an old Node ends before anything is opened, with what to do", async () => {
  const printed: string[] = [];
  let failed = 0;
  const server = await serve(
    { DATABASE_URL: "postgres://nowhere.invalid/x" },
    {
      isTerminal: false,
      nodeVersion: "20.20.2",
      print: (text) => void printed.push(text),
      printError: (text) => void printed.push(text),
      fail: () => (failed += 1),
    },
  );

  expect(server).toBeUndefined();
  expect(failed).toBe(1);
  expect(printed.join("")).toMatch(/Node 20\.20\.2 .*24\.14\.1/u);
});
