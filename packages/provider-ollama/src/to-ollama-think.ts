import type { JsonValue, ModelFacts, ModelParams, ParamNote } from "@corral/core";
import { can, whyNot, type OllamaServer } from "./ollama-server.ts";

type Effort = NonNullable<ModelParams["reasoning_effort"]>;
type Level = "low" | "medium" | "high" | "max";

/** Families whose models know levels, and which. They cannot be kept from thinking. */
const levelsOfFamily: Readonly<Record<string, readonly Level[]>> = {
  gptoss: ["low", "medium", "high"],
  "gpt-oss": ["low", "medium", "high"],
};

const levelOfEffort = {
  none: "low",
  minimal: "low",
  low: "low",
  medium: "medium",
  high: "high",
  xhigh: "max",
  max: "max",
} as const satisfies Record<Effort, Level>;

/**
 * `reasoning_effort` as Ollama's `think`: off, on, or a level. Without a value it is not sent: `think: true` for a model
 * that cannot think is an error.
 */
export function toOllamaThink(
  effort: Effort,
  facts: ModelFacts | undefined,
  server: OllamaServer,
): { readonly think: JsonValue | undefined; readonly note: ParamNote } {
  const param = "reasoning_effort";
  const drop = (reason: string) => ({
    think: undefined,
    note: { param, action: "dropped", reason } as const,
  });
  if (facts?.capabilities !== undefined && !facts.capabilities.includes("thinking"))
    return drop("the model does not think");
  if (!can(server, "think")) return drop(whyNot(server, "think"));
  const family = facts?.family?.toLowerCase() ?? "";
  const levels = Object.hasOwn(levelsOfFamily, family) ? levelsOfFamily[family] : undefined;
  const asSwitch = (reason: string) => {
    const think = effort !== "none" || levels !== undefined;
    return { think, note: { param, action: "converted", to: `think: ${think}`, reason } as const };
  };
  // A server takes a level for "on" where the model has none: where the family is unknown, a level loses nothing.
  const isPlainSwitch = levels === undefined && (effort === "none" || family !== "");
  if (isPlainSwitch) return asSwitch("Ollama switches thinking on or off");
  if (!can(server, "thinkLevels")) return asSwitch(`a level ${whyNot(server, "thinkLevels")}`);
  const wished = levelOfEffort[effort];
  const isTooHigh = wished === "max" && (levels?.includes("max") === false || !can(server, "thinkMax"));
  const think = isTooHigh ? "high" : wished;
  const isNearest = isTooHigh || effort === "none";
  return {
    think,
    note: {
      param,
      action: isNearest ? "clamped" : "converted",
      to: `think: ${think}`,
      reason: isNearest ? "the nearest that the model and its server know" : "Ollama's name for it",
    },
  };
}
