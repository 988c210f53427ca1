import { type Generation, generate } from "../reply/generation.ts";
import type { ReplyRequest, ReplyTool, ReplyTurn } from "../reply/reply.ts";
import { type JsonObject, toJsonObject, toList, toText } from "../server/json-object.ts";
import type { SimulatedRequest } from "../server/simulated-request.ts";
import { type SimulatedOpenAIModel, toReasoningFamily } from "./openai-models.ts";
import { openAIError, type OpenAIState } from "./openai-state.ts";

const notOptions = new Set(["model", "messages", "prompt", "stream", "stream_options", "tools", "functions"]);

/** Lets the model speak `n` times. */
export async function think(
  state: OpenAIState,
  request: SimulatedRequest,
  { model, body, turns }: { model: SimulatedOpenAIModel; body: JsonObject; turns: ReplyTurn[] },
): Promise<Generation[]> {
  const options = Object.fromEntries(Object.entries(body).filter(([field]) => !notOptions.has(field)));
  const tools = readTools(body);
  const isReasoning = toReasoningFamily(model) !== "none" && body["reasoning_effort"] !== "none";
  const replyRequest: ReplyRequest = {
    model: model.id,
    prompt: turns.findLast(({ role }) => role === "user")?.content ?? "",
    system: turns
      .filter(({ role }) => role === "system" || role === "developer")
      .map(({ content }) => content),
    turns,
    options,
    tools: body["tool_choice"] === "none" ? [] : tools,
    forcedTool: readForcedTool(body["tool_choice"], tools),
    format: readFormat(state, body["response_format"]),
    thinks: isReasoning,
    body,
  };
  const limit = body["max_completion_tokens"] ?? body["max_tokens"];
  const limits = {
    maxTokens: typeof limit === "number" ? limit : undefined,
    stop: [body["stop"]].flat().filter((mark) => typeof mark === "string"),
  };
  const count = typeof body["n"] === "number" ? body["n"] : 1;
  const choices = Array.from({ length: count }, () =>
    generate(replyRequest, request.reply ?? state.reply, limits),
  );
  return await Promise.all(choices);
}

function readTools(body: JsonObject): ReplyTool[] {
  const declared = [
    ...toList(body["tools"]).map((tool) => toJsonObject(tool)["function"]),
    ...toList(body["functions"]),
  ];
  return declared.map(toJsonObject).map(({ name, parameters }) => ({
    name: toText(name),
    parameters: toJsonObject(parameters),
  }));
}

function readForcedTool(choice: unknown, tools: ReplyTool[]): string | undefined {
  if (choice === "required") return tools[0]?.name;
  const named = toJsonObject(toJsonObject(choice)["function"])["name"];
  return typeof named === "string" ? named : undefined;
}

function readFormat(state: OpenAIState, format: unknown): unknown {
  const { type, json_schema: described } = toJsonObject(format);
  if (type === "json_object") return "json";
  if (type !== "json_schema") return undefined;
  const { schema, name } = toJsonObject(described);
  if (schema !== undefined && typeof name === "string") return schema;
  throw openAIError(state, {
    status: 400,
    message: "Missing required parameter: 'response_format.json_schema'.",
    param: "response_format.json_schema",
    code: "missing_required_parameter",
  });
}
