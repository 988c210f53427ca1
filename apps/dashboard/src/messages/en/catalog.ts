import { format } from "../../lib/format.ts";

const { list, number, plural } = format;

export const enCatalog = {
  capability: {
    completion: () => "Text",
    tools: () => "Tools",
    vision: () => "Vision",
    embedding: () => "Embedding",
    thinking: () => "Reasoning",
    insert: () => "Insert",
    audio: () => "Audio",
    image: () => "Images",
    usage: () => "Usage",
  },
  catalog: {
    count: (p: { count: number }) => number(p.count),
    search: () => "Search name, id, description",
    kind: () => "Kind",
    kindAny: () => "All",
    kindBase: () => "Base",
    kindCustom: () => "Custom",
    filters: () => "Filters",
    refresh: () => "Ask the providers again",
    refreshFailed: () => "The providers were not asked",
    loadFailed: () => "The models could not be loaded",
    clearAll: () => "Clear all",
    dropped: (p: { keys: readonly string[] }) =>
      `Ignored in the address, since it is not understood: ${list(p.keys)}.`,
    model: () => "Model",
    connection: () => "Connection",
    custom: () => "Custom",
    status: () => "Status",
    can: () => "Can do",
    context: () => "Context",
    visibility: () => "Visible to",
    tags: () => "Tags",
    updated: () => "Updated",
    hidden: () => "hidden",
    view: { created: () => "Mine", shared: () => "Shared with me" },
    facet: {
      status: () => "Status",
      provider: () => "Provider",
      connection: () => "Connection",
      capability: () => "Can do",
      visibility: () => "Visible to",
      tag: () => "Tag",
      owner: () => "Owner",
    },
    more: (p: { count: number }) => `${number(p.count)} more`,
    fewer: () => "Fewer",
    show: (p: { count: number }) =>
      `Show ${number(p.count)} ${plural(p.count, { one: "model", other: "models" })}`,
    trouble: () => "Connections in trouble",
    troubleSince: (p: { name: string; since: string }) =>
      `${p.name} does not answer (${p.since}). Its models stay listed.`,
    seeConnections: () => "See connections",
    toConnections: () => "Connect a provider",
    noModels: () => "No models yet. Connect a provider, and what it lists appears here.",
    noModelsMember: () => "No models yet. An administrator has to connect a provider.",
    nothingShared: () =>
      "Nothing is shared with you yet. Ask an administrator, or whoever made the model you need.",
    nothingMatches: (p: { query: string }) =>
      p.query === "" ? "No model matches these filters." : `No model matches “${p.query}” and these filters.`,
  },
};
