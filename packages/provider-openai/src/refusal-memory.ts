import type { JsonValue, ParamNote } from "@corral/core";
import type { Correction, Refusal } from "./read-refusal.ts";
import type { OpenAIChat } from "./to-openai-chat.ts";

/** A server may be updated: what it refused is tried again after so long. */
const rememberMs = 6 * 60 * 60_000;
const maxModels = 1_000;
const maxParams = 32;

/** What goes with a field goes with it. */
const dependents: Readonly<Record<string, readonly string[]>> = { logprobs: ["top_logprobs"] };
const reason = "the model refused it";

type Learned = { readonly correction: Correction; readonly until: number };

/** Parameters that the models of one server refused, so that each is refused once in some hours and not at every call. */
export class RefusalMemory {
  readonly #models = new Map<string, Map<string, Learned>>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  learn(model: string, { param, correction }: Refusal): void {
    const params = this.#models.get(model) ?? new Map<string, Learned>();
    this.#models.delete(model);
    params.delete(param);
    params.set(param, { correction, until: this.#now() + rememberMs });
    this.#models.set(model, params);
    forgetOldest(params, maxParams);
    forgetOldest(this.#models, maxModels);
  }

  /** The body without what its model is known to refuse, with a note for each change. */
  correct(model: string, draft: OpenAIChat): OpenAIChat {
    const params = this.#models.get(model);
    if (params === undefined) return draft;
    const body: Record<string, JsonValue> = { ...draft.body };
    const notes: ParamNote[] = [];
    for (const [param, { correction, until }] of params) {
      if (until <= this.#now()) params.delete(param);
      else if (Object.hasOwn(body, param)) apply(correction, { param, body, notes });
    }
    if (params.size === 0) this.#models.delete(model);
    return notes.length === 0 ? draft : { body, notes: [...draft.notes, ...notes] };
  }
}

type Edit = { readonly param: string; readonly body: Record<string, JsonValue>; readonly notes: ParamNote[] };

function apply(correction: Correction, { param, body, notes }: Edit): void {
  const value = body[param];
  if (correction.kind === "replace") {
    if (value !== correction.value) return;
    body[param] = correction.by;
    notes.push({ param, action: "clamped", to: correction.by, reason });
    return;
  }
  for (const name of [param, ...(dependents[param] ?? [])]) Reflect.deleteProperty(body, name);
  if (correction.kind === "drop" || value === undefined || Object.hasOwn(body, correction.to)) {
    notes.push({ param, action: "dropped", reason });
    return;
  }
  body[correction.to] = value;
  notes.push({ param, action: "renamed", to: correction.to, reason });
}

/** Maps keep the order in which they were filled. */
function forgetOldest(map: Map<string, unknown>, max: number): void {
  for (const key of map.keys()) {
    if (map.size <= max) return;
    map.delete(key);
  }
}
