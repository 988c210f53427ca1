import { format } from "../../lib/format.ts";

const { number, plural } = format;

export const enConnections = {
  provider: {
    ollama: () => "Ollama",
    openai: () => "OpenAI-compatible",
    "azure-openai": () => "Azure OpenAI",
  },
  connections: {
    add: () => "New connection",
    edit: () => "Edit",
    editTitle: (p: { name: string }) => `Edit ${p.name}`,
    count: (p: { count: number }) => number(p.count),
    empty: () =>
      "No connection yet. Connect an Ollama, an OpenAI-compatible endpoint or Azure OpenAI, and its models appear.",
    loadFailed: () => "The connections could not be loaded",
    saveFailed: () => "The connection was not saved",
    toggleFailed: (p: { name: string }) => `${p.name} was not changed`,
    refreshFailed: (p: { name: string }) => `${p.name} was not refreshed`,
    deleteFailed: (p: { name: string }) => `${p.name} was not deleted`,
    deleteHint: (p: { count: number }) =>
      `Its key is erased and its ${number(p.count)} ${plural(p.count, { one: "model leaves", other: "models leave" })} the catalog. Models with settings of their own stay, marked as gone.`,
    models: (p: { count: number }) =>
      `${number(p.count)} ${plural(p.count, { one: "model", other: "models" })}`,
    refresh: () => "Refresh models",
    verify: () => "Verify",
    verifyFailed: () => "This could not be verified",
    asking: () => "Asking…",
    rung: { address: () => "Address", sign_in: () => "Sign-in", models: () => "Model list" },
    rungState: { good: () => "Passed", bad: () => "Failed", waiting: () => "Not reached" },
    provider: () => "Provider",
    openaiHelp: () => "OpenAI itself, vLLM, llama.cpp, LM Studio, and others that speak its protocol.",
    url: () => "Address",
    name: () => "Name",
    auth: () => "Sign-in",
    authNone: () => "None",
    authKey: () => "API key",
    authHeaders: () => "Headers",
    key: () => "API key",
    headers: () => "Headers",
    headerName: () => "Name",
    headerValue: () => "Value",
    addHeader: () => "Add header",
    earlier: () => "earlier",
    prefix: () => "Prefix",
    prefixed: (p: { prefix: string }) => `${p.prefix}.`,
    prefixHelp: (p: { prefix: string }) =>
      p.prefix === ""
        ? "Optional. Keeps equal names of two connections apart."
        : `${p.prefix} + llama3.2 → ${p.prefix}.llama3.2`,
    tags: () => "Tags",
    tagsHelp: () => "Separated by commas.",
    visibility: () => "New models are visible to",
    visibilityPrivate: () => "Administrators only",
    visibilityGroups: () => "Certain groups",
    visibilityChosen: () => "Groups",
    filter: () => "Models",
    filterMode: {
      all: () => "All that it lists",
      only: () => "Only these",
      except: () => "All except these",
      static: () => "Exactly these, without asking it",
    },
    filterIds: () => "Model ids",
    filterIdsHelp: () => "One a line, as the provider names them.",
    enabled: () => "Enabled",
    enabledHelp: () => "Disabled, its models stay in the list and answer nothing.",
    enabledFor: (p: { name: string }) => `${p.name} enabled`,
  },
};
