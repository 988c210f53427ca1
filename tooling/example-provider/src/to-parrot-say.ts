import {
  DomainError,
  type ChatMessage,
  type JsonObject,
  type JsonValue,
  type ModelParams,
  type ParamName,
  type ParamNote,
  type ProviderChatRequest,
} from "@corral/core";

/** Parrot's name for a parameter, or why it has none. `null`: not for this function. */
const parrotParams = {
  temperature: { name: "wildness" },
  max_tokens: { name: "max_words" },
  stop: { name: "hush_at" },
  seed: { name: "seed" },
  stream: null,
  system: null,
  custom_params: null,
  top_p: { lacks: "Parrot samples by wildness alone" },
  top_k: { lacks: "Parrot samples by wildness alone" },
  min_p: { lacks: "Parrot samples by wildness alone" },
  frequency_penalty: { lacks: "a parrot repeats itself" },
  presence_penalty: { lacks: "a parrot repeats itself" },
  response_format: { lacks: "a parrot knows no JSON" },
  logit_bias: { lacks: "Parrot cannot bias tokens" },
  reasoning_effort: { lacks: "a parrot does not reason" },
  keep_alive: { lacks: "Parrot is always awake" },
  ...lackOllamaOptions(),
} as const satisfies Record<ParamName, { name: string } | { lacks: string } | null>;

/**
 * The body of `POST /say` for a request, and what was changed on the way. Pure.
 *
 * @throws DomainError `unsupported_feature` for tools and for content that is not text.
 */
export function toParrotSay(request: ProviderChatRequest): {
  readonly body: JsonObject;
  readonly notes: readonly ParamNote[];
} {
  if ((request.tools ?? []).length > 0) {
    throw new DomainError("unsupported_feature", "Parrot calls no tools; leave them out.", {
      details: { param: "tools" },
    });
  }
  const { fields, notes } = toParrotFields(request.params);
  return { body: { voice: request.model, lines: request.messages.map(toLine), ...fields }, notes };
}

function toLine({ role, content }: ChatMessage): JsonObject {
  if (typeof content !== "string") {
    throw new DomainError("unsupported_feature", "Parrot hears text only.", {
      details: { param: "messages" },
    });
  }
  return { from: role, say: content };
}

function toParrotFields(params: ModelParams): { fields: JsonObject; notes: readonly ParamNote[] } {
  const fields: Record<string, JsonValue> = {};
  const notes: ParamNote[] = [];
  for (const [param, value] of entriesOf(params)) {
    const destination = parrotParams[param];
    if (destination === null) continue;
    if ("lacks" in destination) notes.push({ param, action: "dropped", reason: destination.lacks });
    else {
      fields[destination.name] = value;
      if (destination.name !== param)
        notes.push({ param, action: "renamed", to: destination.name, reason: "Parrot's name for it" });
    }
  }
  for (const param of Object.keys(params.custom_params ?? {}))
    notes.push({ param, action: "dropped", reason: "Parrot has no such parameter" });
  return { fields, notes };
}

function entriesOf(params: ModelParams): [ParamName, JsonValue][] {
  // safe: ModelParams has no other keys, its values are JSON, and undefined is filtered out
  return Object.entries(params).filter(([, value]) => value !== undefined) as [ParamName, JsonValue][];
}

function lackOllamaOptions() {
  const lacks = "an option of Ollama";
  return {
    num_ctx: { lacks },
    num_batch: { lacks },
    num_gpu: { lacks },
    main_gpu: { lacks },
    use_mmap: { lacks },
    num_thread: { lacks },
    draft_num_predict: { lacks },
    num_keep: { lacks },
    typical_p: { lacks },
    repeat_last_n: { lacks },
    repeat_penalty: { lacks },
    mirostat: { lacks },
    mirostat_tau: { lacks },
    mirostat_eta: { lacks },
    tfs_z: { lacks },
    penalize_newline: { lacks },
    use_mlock: { lacks },
    low_vram: { lacks },
  } as const;
}
