/** A model to serve; only the id is needed. */
export type SimulatedOpenAIModel = {
  id: string;
  /** Default `["chat"]`. */
  kinds?: ("chat" | "embedding" | "completion")[];
  ownedBy?: string;
  /** Seconds since the epoch. */
  created?: number;
  contextLength?: number;
  /** Length of its vectors (64). */
  dimensions?: number;
  /** Takes part in the rules for reasoning models; by default its name decides, as at OpenAI. */
  isReasoning?: boolean;
  /** Where it stands on a server that loads models on demand (`unloaded`). */
  state?: string;
};

/** Which parameters a reasoning model refuses: all sampling ones, or only while it reasons. */
export type ReasoningFamily = "none" | "strict" | "relaxed";

/** The family by the naming rule OpenAI's models follow: `o<number>`, `gpt-<n ≥ 5>`, except chat variants. */
export function toReasoningFamily({ id, isReasoning }: SimulatedOpenAIModel): ReasoningFamily {
  if (isReasoning !== undefined) return isReasoning ? "strict" : "none";
  const name = id.replace(/^ft:/, "");
  if (/^o\d/.test(name)) return "strict";
  const [, major = "0", minor] = /^gpt-(\d+)(?:\.(\d+))?/.exec(name) ?? [];
  if (Number(major) < 5 || name.includes("-chat")) return "none";
  return minor !== undefined && Number(minor) >= 1 ? "relaxed" : "strict";
}

/** The served models, in the order given. */
export class OpenAIModels {
  #models: SimulatedOpenAIModel[];

  constructor(models: (SimulatedOpenAIModel | string)[]) {
    this.#models = models.map(toModel);
  }

  set(models: (SimulatedOpenAIModel | string)[]): void {
    this.#models = models.map(toModel);
  }

  add(model: SimulatedOpenAIModel | string): void {
    const added = toModel(model);
    this.remove(added.id);
    this.#models.push(added);
  }

  remove(id: string): void {
    this.#models = this.#models.filter((model) => model.id !== id);
  }

  find(id: string): SimulatedOpenAIModel | undefined {
    return this.#models.find((model) => model.id === id);
  }

  list(): SimulatedOpenAIModel[] {
    return this.#models;
  }
}

function toModel(model: SimulatedOpenAIModel | string): SimulatedOpenAIModel {
  return typeof model === "string" ? { id: model } : model;
}
