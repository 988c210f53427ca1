import type { ParamName } from "@corral/core";

/** The servers that Corral tells apart. `generic` is any other that speaks OpenAI's protocol. */
export const serverKinds = [
  "openai",
  "azure",
  "vllm",
  "llamacpp-router",
  "llamacpp",
  "lmstudio",
  "localai",
  "litellm",
  "openrouter",
  "groq",
  "mistral",
  "deepseek",
  "together",
  "fireworks",
  "xai",
  "gemini",
  "anthropic",
  "ollama-v1",
  "generic",
] as const;
export type ServerKind = (typeof serverKinds)[number];

/** What gives a server away in its model list: every entry (or one, with `someEntry`) meets all conditions. */
export type ListSign = {
  readonly someEntry?: true;
  readonly ownedBy?: string;
  readonly created?: number;
  /** Fields that are there, as paths with dots. */
  readonly has?: readonly string[];
  /** Fields beside the id that there may be; no others. */
  readonly only?: readonly string[];
  readonly idStart?: string;
};

/** A second list, of the server's own API, that says more of the same models. */
export type DetailList = {
  /** From the server's root, which is the base URL without `/v1`. */
  readonly path: string;
};

/** In what a server differs from the next: what it is asked, and what it is never sent. Data; no code asks for a server by name. */
export type Quirks = {
  /** For notes and messages. */
  readonly label: string;
  /** Host names, with their subdomains, that are this server. */
  readonly hosts: readonly string[];
  readonly signs: readonly ListSign[];

  readonly listPath: string;
  readonly details?: DetailList;
  /** The list wants the key in this header, and these headers, instead of a bearer token. */
  readonly listAuth?: { readonly keyHeader: string; readonly headers: Readonly<Record<string, string>> };
  /** Models are loaded and unloaded by `/models/load` and `/models/unload` at the root. */
  readonly hasRouter: boolean;

  /** Corral's parameters beyond OpenAI's that it takes. */
  readonly extensions: "any" | readonly ParamName[];
  /** Further fields of a request that it takes. */
  readonly fields: "any" | ReadonlySet<string>;
  readonly maxTokens: "max_tokens" | "max_completion_tokens";
  readonly renames: Readonly<Record<string, string>>;
  /** Left out whatever the value, with the reason. */
  readonly drops: Readonly<Record<string, string>>;
  /** As above, for some of its models. */
  readonly dropsFor: readonly {
    readonly models: RegExp;
    readonly params: readonly string[];
    readonly reason: string;
  }[];
  /** Numbers that it would refuse are moved to the nearest that it takes. */
  readonly clamps: Readonly<Record<string, { readonly min?: number; readonly max?: number }>>;
  readonly maxStops?: number;
  readonly maxChoices?: number;
  /** Its word for a tool choice of `required`. */
  readonly requiredToolChoice: "required" | "any";
  /** A choice of one tool is understood, or has to be `required` with only that tool. */
  readonly namedToolChoice: boolean;
  /** Takes `stream_options.include_usage`. */
  readonly asksForUsage: boolean;
  /** How an effort is said: as it is, by `thinking: { type }`. */
  readonly effort: "reasoning_effort" | "thinking-type";
  /**
   * OpenAI's families of reasoning models: `all` its models are OpenAI's, so that what is in no family does not
   * reason; `named`: some may be, and are known by their name; `none`.
   */
  readonly families: "all" | "named" | "none";

  /** Knows the role `developer`. `named`: for OpenAI's reasoning models only. */
  readonly developerRole: "always" | "named" | "never";
  /** Takes `name` on messages. */
  readonly messageNames: boolean;
  /** Reasoning of earlier answers is sent back: always, only within a tool loop, or never; as it came unless `as` names another form. */
  readonly reasoningBack: {
    readonly when: "always" | "tool-loops" | "never";
    readonly as?: "reasoning_content" | "reasoning" | "parts";
  };
  /** Tool calls must have ids of nine letters and digits. */
  readonly shortCallIds: boolean;
  /** Rewrites names of tools to snake_case; they are matched with those of the request. */
  readonly rewritesToolNames: boolean;
};
