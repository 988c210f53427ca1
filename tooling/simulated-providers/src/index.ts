export { commonFaults } from "./faults/common-faults.ts";
export type { FaultControl, FaultRule } from "./faults/fault-control.ts";
export type { Fault, FaultKind } from "./faults/fault.ts";
export type { JournalEntry, RequestJournal } from "./journal/request-journal.ts";
export type { OllamaCapability, SimulatedOllamaModel } from "./ollama/ollama-models.ts";
export type { OllamaPace } from "./ollama/ollama-state.ts";
export type { LibraryModel } from "./ollama/registry.ts";
export {
  type SimulatedOllama,
  type SimulatedOllamaOptions,
  startSimulatedOllama,
} from "./ollama/simulated-ollama.ts";
export { filterMarks } from "./openai/azure-filters.ts";
export type {
  AzureFilters,
  AzureResource,
  SimulatedAzureDeployment,
  TokenCheck,
} from "./openai/azure-state.ts";
export {
  type SimulatedAzure,
  type SimulatedAzureOptions,
  startSimulatedAzure,
} from "./openai/simulated-azure.ts";
export {
  type SimulatedEntra,
  type SimulatedEntraOptions,
  startSimulatedEntra,
} from "./openai/simulated-entra.ts";
export type { SimulatedOpenAIModel } from "./openai/openai-models.ts";
export type { OpenAIProfileName } from "./openai/openai-profiles.ts";
export {
  type SimulatedOpenAI,
  type SimulatedOpenAIOptions,
  startSimulatedOpenAI,
} from "./openai/simulated-openai.ts";
export { defaultReply, inspectMark, type InspectedRequest } from "./reply/default-reply.ts";
export type { Pace } from "./reply/pace.ts";
export type { Reply, ReplyFunction, ReplyRequest, ReplyTurn, ToolCall } from "./reply/reply.ts";
export { createTlsIdentity } from "./server/create-tls-identity.ts";
