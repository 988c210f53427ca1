import { expect, test } from "vitest";
import { loneCalls } from "./lone-calls.ts";
import { appRouter } from "./router.ts";

test("calls that are sent alone are calls that there are", () => {
  const { procedures } = appRouter._def;

  expect([...loneCalls].filter((path) => !Object.hasOwn(procedures, path))).toStrictEqual([]);
});
