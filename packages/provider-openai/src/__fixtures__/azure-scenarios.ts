/*
 * Written by hand after the description of Azure OpenAI (specification 3.2 and 3.4, inference API 2024-10-21, management
 * API 2023-05-01): what it adds to and leaves out of OpenAI's answers.
 */
import { contractKey, type ProviderScenarios } from "@corral/core/contracts";
import { chunk, ending, events, openaiScenarios } from "./openai-scenarios.ts";

const sse = { "content-type": "text/event-stream" };
const json = { "content-type": "application/json" };
const safe = { hate: { filtered: false, severity: "safe" }, self_harm: { filtered: false, severity: "safe" } };
const offsets = { check_offset: 44, start_offset: 44, end_offset: 198 };

/** Before anything was said: no choice, no id, no model, no time. */
export const promptResults = {
  id: "",
  object: "",
  created: 0,
  model: "",
  choices: [],
  prompt_filter_results: [{ prompt_index: 0, content_filter_results: { ...safe, jailbreak: { filtered: false, detected: false } } }],
};

/** What an asynchronous filter says of text that was sent already. */
export const report = {
  id: "",
  object: "",
  created: 0,
  model: "",
  choices: [{ index: 0, finish_reason: null, content_filter_results: safe, content_filter_offsets: offsets }],
};

const first = chunk({ role: "assistant", content: "", refusal: null }, { content_filter_results: {} });
const [finish, ...rest] = ending("stop");
const told = (text: string) => chunk({ content: text }, { content_filter_results: safe });

const deployments = {
  value: [
    { name: "chat-prod", properties: { model: { format: "OpenAI", name: "gpt-4o", version: "2024-11-20" }, provisioningState: "Succeeded", x_unknown: 1 } },
    { name: "it.is_a-name.1", properties: { model: { name: "o3-mini" }, provisioningState: "Succeeded" } },
    { name: "chat-prod", properties: { provisioningState: "Succeeded" } },
    { name: "unfinished", properties: { provisioningState: "Creating" } },
    { name: "../../admin/x", properties: { provisioningState: "Succeeded" } },
    { name: 7, properties: { provisioningState: "Succeeded" } },
  ],
};

export const azureScenarios: ProviderScenarios = {
  ...openaiScenarios,
  imitates: "Azure OpenAI, 2024-10-21",
  models: { reply: { headers: json, body: JSON.stringify(deployments) }, ids: ["chat-prod", "it.is_a-name.1"] },
  text: {
    ...openaiScenarios.text,
    streamed: {
      headers: sse,
      body: events(promptResults, first, told("Grüße, "), told("世界 "), report, told("🐎"), finish ?? {}, report, ...rest),
    },
  },
  failedAtOnce: {
    reply: {
      status: 429,
      headers: { ...json, "retry-after": "12" },
      body: JSON.stringify({ error: { code: "429", message: `Requests to the operation with ${contractKey} have exceeded the call rate limit. Please retry after 12 seconds.` } }),
    },
    code: "upstream_rate_limited",
  },
  truncated: { headers: sse, body: events(promptResults, first, told("Grüße"), report) },
};
