import { modelParamsSchema, type JsonValue, type ModelParams } from "@corral/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ollamaFields, ollamaParams, ollamaParamTable, type OllamaParamRow } from "./ollama-param-table.ts";
import { toOllamaParams } from "./to-ollama-params.ts";
import { unknownServer } from "./ollama-server.ts";

const rows = new Map(ollamaParamTable.map((row) => [row.param, row]));
const options = Object.entries<OllamaParamRow>(ollamaParams).filter(([, row]) => "option" in row.to);

/** One value of each kind of option. */
function sampleOf(range: string): JsonValue {
  if (range === "boolean") return true;
  if (range.includes("texts")) return ["END"];
  return range.includes("≥ 4") ? 4 : 1;
}

function convert(params: ModelParams) {
  return toOllamaParams(params, { extensions: undefined, facts: undefined, server: unknownServer });
}

describe("the table of params", () => {
  test("has one row for each parameter and each other field, all filled in", () => {
    expect(ollamaParamTable.map((row) => row.param)).toEqual([...new Set(rows.keys())]);
    expect([...rows.keys()]).toEqual(expect.arrayContaining(Object.keys(modelParamsSchema.shape)));
    expect(ollamaParamTable.filter((row) => row.becomes === "" || row.range === "")).toEqual([]);
  });

  test.each(options)("%s becomes what its row says", (name, row) => {
    const { fields } = convert({ [name]: sampleOf(row.range) });

    expect(`\`options.${Object.keys(z.record(z.string(), z.unknown()).parse(fields["options"]))[0]}\``).toBe(
      rows.get(name)?.becomes,
    );
  });

  test.each(options.filter(([, row]) => /number|integer/u.test(row.range)))(
    "%s has the range of the schema that params are checked by",
    (name, row) => {
      const shape: Record<string, z.ZodType> = modelParamsSchema.shape;
      const inner = shape[name] instanceof z.ZodOptional ? shape[name].unwrap() : undefined;
      if (!(inner instanceof z.ZodNumber)) return expect([name, row.range]).toEqual(["seed", "integer"]);
      const { minValue: min, maxValue: max } = inner;
      const isInteger = inner.format === "safeint";
      const bounds = !isBound(min) ? "" : isBound(max) ? `, ${min} to ${max}` : ` ≥ ${min}`;

      expect(row.range).toBe(`${isInteger ? "integer" : "number"}${bounds}`);
    },
  );

  test.each(Object.entries<OllamaParamRow>({ ...ollamaParams, ...ollamaFields }))(
    "%s is dropped with a note, or refused, when its row says so",
    (name, { to }) => {
      const sent = () => convert({ custom_params: { [name]: { "1": 1 } } });

      if ("refused" in to) expect(sent).toThrow(to.refused);
      else if ("dropped" in to)
        expect(sent()).toEqual({
          fields: {},
          notes: [{ param: name, action: "dropped", reason: to.dropped }],
        });
      else expect(rows.get(name)?.becomes).not.toMatch(/^(?:dropped|refused)$/u);
    },
  );

  test("says since when, and until when", () => {
    expect(rows.get("min_p")?.since).toBe("0.3.1");
    expect(rows.get("mirostat")?.since).toBe("to 0.6.8");
    expect(rows.get("temperature")?.since).toBe("");
  });
});

function isBound(value: number | null): boolean {
  return value !== null && Math.abs(value) < Number.MAX_SAFE_INTEGER;
}
