import { randomBytes } from "node:crypto";
import type { JsonObject } from "../../server/json-object.ts";
import type { Failure, OpenAIProfile } from "./openai-profile.ts";

const openAIError = ({ message, type, param, code }: Failure): JsonObject => ({
  error: { message, type, param, code },
});

export const objectList = (data: JsonObject[]): JsonObject => ({ object: "list", data });

/** OpenAI itself. */
export const openai: OpenAIProfile = {
  listItem: (model) => ({
    object: "model",
    created: model.created ?? 1_750_000_000,
    owned_by: model.ownedBy ?? "system",
  }),
  list: objectList,
  routes: [],
  error: openAIError,
  refusesUnknownFields: true,
  hasReasoningRules: true,
  ignores: [],
  roleDelta: { role: "assistant", content: "", refusal: null },
  extras: { service_tier: "default", system_fingerprint: "fp_51mulated00" },
  usage: "on-request",
  lastExtras: {},
  comments: [],
  bodyPrefix: "",
  idPrefix: "chatcmpl-",
  newCallId: () => `call_${randomBytes(12).toString("hex")}`,
  hasCallIndex: true,
  toToolName: (name) => name,
  finishReasons: {},
  hasOpenAIHeaders: true,
};

/** What most others have in common. */
export const compatible: OpenAIProfile = {
  ...openai,
  refusesUnknownFields: false,
  hasReasoningRules: false,
  roleDelta: { role: "assistant", content: "" },
  extras: {},
  hasOpenAIHeaders: false,
};
