import type { JsonObject } from "../../server/json-object.ts";
import type { SimulatedOpenAIModel } from "../openai-models.ts";
import type { OpenAIRoute } from "../openai-router.ts";

export type Failure = {
  status: number;
  message: string;
  type: string;
  param: string | null;
  code: string | null;
};

/** Where a product shows the reasoning: in a field, in two, as a part of the content, or between tags in the text. */
export type ReasoningForm =
  | "reasoning_content"
  | "reasoning"
  | "reasoning-and-details"
  | "content-parts"
  | "think-tags";

/** In what one OpenAI-compatible product differs from the next. */
export type OpenAIProfile = {
  /** One item of the model list, beside its id. */
  listItem: (model: SimulatedOpenAIModel, nowSeconds: number) => JsonObject;
  /** The list around the items. */
  list: (items: JsonObject[]) => unknown;
  /** The list wants the key in this header. */
  listKeyHeader?: string;
  /** Routes of the product's own, without the `/v1` of the others. */
  routes: OpenAIRoute[];
  error: (failure: Failure) => unknown;
  /** Answers 400 to top-level fields it does not know. */
  refusesUnknownFields: boolean;
  /** Applies OpenAI's rules for reasoning models. */
  hasReasoningRules: boolean;
  /** What else it refuses. */
  refusal?: (
    body: JsonObject,
    model: SimulatedOpenAIModel,
  ) => (Partial<Failure> & { message: string }) | undefined;
  /** Top-level fields that it reads without effect. */
  ignores: string[];
  /** How the reasoning is shown; absent: it is not. */
  reasoning?: ReasoningForm;
  roleDelta: JsonObject;
  /** Members of every answer and chunk. */
  extras: JsonObject;
  /** Usage comes in an own last chunk on request, or always in the finish chunk. */
  usage: "on-request" | "with-finish";
  /** Members of the last chunk, or of the whole answer. */
  lastExtras: JsonObject;
  /** Comment lines before the first event. */
  comments: string[];
  /** What comes before a JSON body. */
  bodyPrefix: string;
  idPrefix: string;
  newCallId: () => string;
  /** Fragments of tool calls carry their index. */
  hasCallIndex: boolean;
  toToolName: (name: string) => string;
  /** Its word for the end; absent, OpenAI's. */
  finishReasons: { [reason: string]: string };
  /** Rate-limit, organization and version headers. */
  hasOpenAIHeaders: boolean;
};
