export { CorralError, type CorralErrorCode } from "./corral-error.ts";
export { createCorralClient, type CorralClient, type CorralClientOptions } from "./create-corral-client.ts";
export type { CorralFetch } from "./create-fetch.ts";
export type { CorralInputs, CorralOutputs } from "./inputs-and-outputs.ts";
export type { CallOptions, ChatStreamInput } from "./stream-chat.ts";
