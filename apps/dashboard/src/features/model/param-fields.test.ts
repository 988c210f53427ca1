import { cappableParams, modelParamsSchema, paramNames, reasoningEfforts } from "@corral/core";
import { describe, expect, it } from "vitest";

import { type ParamField, paramGroups } from "./param-fields.ts";

const fields = Object.values(paramGroups).flatMap((group) => Object.entries<ParamField>(group));

const accepts = (name: string, value: unknown): boolean =>
  modelParamsSchema.safeParse({ [name]: value }).success;

describe("the parameter fields", () => {
  it("offer every parameter that a record may have, once", () => {
    const offered = fields.map(([name]) => name);

    expect([...offered, "system"].toSorted()).toEqual([...paramNames].toSorted());
  });

  it("offer capping exactly where it means something", () => {
    const capped = fields
      .filter(([, field]) => field.kind === "number" && field.canCap)
      .map(([name]) => name);

    expect(capped.toSorted()).toEqual([...cappableParams].toSorted());
  });

  it.each(fields)("of %s have the bounds of the schema", (name, field) => {
    if (field.kind === "number") {
      const { min, max, step } = field;
      expect(accepts(name, min ?? max ?? 1)).toBe(true);
      if (min !== undefined) expect(accepts(name, min - step)).toBe(false);
      if (max !== undefined) expect([accepts(name, max), accepts(name, max + step)]).toEqual([true, false]);
    } else if (field.kind === "switch") expect(accepts(name, true)).toBe(true);
    else if (field.kind === "choice") expect(field.choices).toEqual(reasoningEfforts);
    else if (field.kind === "lines") expect(accepts(name, ["END"])).toBe(true);
    else if (field.kind === "text") expect(accepts(name, "5m")).toBe(true);
    else expect(accepts(name, { type: "text" }) || accepts(name, {})).toBe(true);
  });
});
