import { renderErrorTable } from "@corral/core";
import { expect, it } from "vitest";

import { readText } from "./repository.ts";

it("docs/errors.md says what the table of errors says", () => {
  expect(readText("docs/errors.md")).toBe(renderErrorTable());
});
