/** A server's version: `0.33.0`, `v0.5.7`, `0.30.0-rc2`, `0.12.3-5-g1a2b3c4`. */
export type OllamaVersion = {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** What follows the numbers, e.g. `rc2`; empty for a release. */
  readonly suffix: string;
};

/** Since when a server has what. From a scan of its 245 release tags up to 0.33. */
export const ollamaFeatures = {
  v1Chat: "0.1.24",
  ps: "0.1.38",
  v1Models: "0.2.0",
  tools: "0.2.6",
  embed: "0.2.6",
  v1Embeddings: "0.2.6",
  minP: "0.3.1",
  /** A JSON Schema as `format`. */
  formatSchema: "0.5.0",
  v1IncludeUsage: "0.5.2",
  /** `from` and `files` instead of a Modelfile. */
  createFromFiles: "0.5.5",
  showCapabilities: "0.6.4",
  /** `think` as a boolean. */
  think: "0.9.0",
  toolName: "0.9.6",
  psContextLength: "0.10.0",
  /** `OLLAMA_NUM_PARALLEL` is 1 unless set. */
  oneCallAtATime: "0.10.0",
  thinkLevels: "0.11.0",
  v1Reasoning: "0.11.0",
  v1ReasoningEffort: "0.11.5",
  embedDimensions: "0.11.11",
  remoteModels: "0.12.0",
  account: "0.12.0",
  /** `truncate` and `shift` of a chat. */
  chatTruncate: "0.12.6",
  v1Base64Embeddings: "0.12.7",
  toolCallIds: "0.12.10",
  logprobs: "0.12.11",
  v1Responses: "0.13.3",
  v1Messages: "0.14.0",
  requires: "0.14.0",
  /** Without `num_ctx` the context window depends on the graphics memory. */
  contextByMemory: "0.15.5",
  /** `GET /api/status`. */
  cloudStatus: "0.16.2",
  /** `:cloud` and `:local` behind a name. */
  sourceSuffix: "0.18.0",
  v1Transcription: "0.20.0",
  thinkMax: "0.22.0",
  tagsContextLength: "0.22.1",
  tagsCapabilities: "0.30.0",
  /** Models run in a llama.cpp server; `prompt_eval_count` includes cached tokens. */
  llamaServer: "0.30.0",
  draftModels: "0.30.0",
  /** The façade sends the role once, and a chunk of its own to finish. */
  v1FinishChunk: "0.32.6",
} as const;

export type OllamaFeature = keyof typeof ollamaFeatures;

/** The first release that is safe against hostile model files (CVE-2026-7482). */
const safeSince = "0.17.1";

/** Reads the answer of `/api/version`; `undefined` for what does not look like one of Ollama's. */
export function parseOllamaVersion(text: string): OllamaVersion | undefined {
  const found = /^v?(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?(?:[-+.](\S{0,100}))?$/u.exec(text.trim());
  if (found === null) return undefined;
  const [, major, minor, patch = "0", suffix = ""] = found;
  return { major: Number(major), minor: Number(minor), patch: Number(patch), suffix };
}

/**
 * Whether a server has a feature. A development build (`0.0.0`) has everything; so has a server of unknown version,
 * whose answers then tell what it lacks. A release candidate has what its release has.
 */
export function supports(version: OllamaVersion | undefined, feature: OllamaFeature): boolean {
  return isAtLeast(version, ollamaFeatures[feature]);
}

/** Whether a server is of this release or a later one, by numbers alone. Unknown and development builds are. */
export function isAtLeast(version: OllamaVersion | undefined, release: string): boolean {
  if (version === undefined || isDevelopment(version)) return true;
  const needed = parseOllamaVersion(release);
  return needed === undefined || compareNumbers(version, needed) >= 0;
}

/** What an administrator should know of a server of this version; empty when there is nothing. */
export function ollamaWarnings(version: OllamaVersion | undefined): readonly string[] {
  const safe = parseOllamaVersion(safeSince);
  if (version === undefined || safe === undefined || isDevelopment(version)) return [];
  const order = compareNumbers(version, safe);
  // The fix may have come after the release candidates.
  if (order > 0 || (order === 0 && !version.suffix.startsWith("rc"))) return [];
  return [
    `Ollama ${formatOllamaVersion(version)} can be attacked with a crafted model file (CVE-2026-7482). Update it to ${safeSince} or later.`,
  ];
}

/** `0.30.0-rc2`. */
export function formatOllamaVersion({ major, minor, patch, suffix }: OllamaVersion): string {
  return `${major}.${minor}.${patch}${suffix === "" ? "" : `-${suffix}`}`;
}

function isDevelopment({ major, minor, patch }: OllamaVersion): boolean {
  return major === 0 && minor === 0 && patch === 0;
}

function compareNumbers(left: OllamaVersion, right: OllamaVersion): number {
  return left.major - right.major || left.minor - right.minor || left.patch - right.patch;
}
