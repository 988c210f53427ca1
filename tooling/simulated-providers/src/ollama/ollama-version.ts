/** Since when the server has what a client can tell by its answers. */
const since = {
  showCapabilities: "0.6.4",
  thinking: "0.9.0",
  psContextLength: "0.10.0",
  toolCallIds: "0.12.10",
  logprobs: "0.12.11",
  status: "0.16.2",
  detailsContextLength: "0.22.1",
  tagsCapabilities: "0.30.0",
  ps: "0.1.38",
  embed: "0.2.6",
  createFrom: "0.5.5",
  formatSchema: "0.5.0",
  thinkLevels: "0.11.0",
  thinkMax: "0.22.0",
  embedDimensions: "0.11.11",
  /** The rewrite whose options are those of today. */
  todaysOptions: "0.7.0",
  draftModels: "0.30.0",
};

export type OllamaFeature = keyof typeof since;

/** Whether a server of this version has the feature; `0.0.0` is a development build and has everything. */
export function hasFeature(version: string, feature: OllamaFeature): boolean {
  const own = numbers(version);
  if (own.every((part) => part === 0)) return true;
  for (const [index, needed] of numbers(since[feature]).entries()) {
    const part = own[index] ?? 0;
    if (part !== needed) return part > needed;
  }
  return true;
}

function numbers(version: string): number[] {
  return (version.split("-", 1)[0] ?? "").split(".").map(Number);
}
