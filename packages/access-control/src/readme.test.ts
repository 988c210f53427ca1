import { expect, test } from "vitest";
import readme from "../README.md?raw";
import { reading, writing } from "./__fixtures__/readme-example.ts";
// oxlint-disable-next-line import/default -- `?raw` makes it the file's text
import example from "./__fixtures__/readme-example.ts?raw";
import { allowedReasons, deniedReasons } from "./decide-access.ts";

test("the README's example is this one, and its comments are what it answers", () => {
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
  expect(reading).toEqual({ allowed: true, reason: "group_grant", groupId: "support" });
  expect(writing).toEqual({ allowed: false, reason: "no_grant" });
});

test("the README's table has every reason once, in the order of preference", () => {
  const listed = Array.from(readme.matchAll(/^\| `([a-z_]+)` +\|/gm), ([, reason]) => reason);

  expect(listed).toEqual([...allowedReasons, ...deniedReasons]);
});
