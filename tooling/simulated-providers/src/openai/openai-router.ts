import { type Answer, AnswerError } from "../server/answer.ts";
import { headerOf, type SimulatedRequest } from "../server/simulated-request.ts";
import { chatCompletions } from "./chat-route.ts";
import { completions } from "./completions-route.ts";
import { embeddings } from "./embeddings-route.ts";
import type { SimulatedOpenAIModel } from "./openai-models.ts";
import { openAIError, openAIJson, type OpenAIState, resolveModel, toServiceHeaders } from "./openai-state.ts";

/** One thing the server answers to. */
export type OpenAIRoute = {
  method: "GET" | "POST";
  path: RegExp;
  handle: (state: OpenAIState, request: SimulatedRequest) => Answer | Promise<Answer>;
};

const routes: OpenAIRoute[] = [
  { method: "GET", path: /^\/v1\/models$/, handle: listModels },
  { method: "GET", path: /^\/v1\/models\/.+$/, handle: getModel },
  { method: "POST", path: /^\/v1\/chat\/completions$/, handle: chatCompletions },
  { method: "POST", path: /^\/v1\/completions$/, handle: completions },
  { method: "POST", path: /^\/v1\/embeddings$/, handle: embeddings },
];

/** Answers a request; errors carry the service's headers as well. */
export async function routeOpenAI(state: OpenAIState, request: SimulatedRequest): Promise<Answer> {
  const answer = await answerOrError(state, request);
  if (answer.kind !== "whole" && answer.kind !== "stream") return answer;
  return { ...answer, headers: { ...answer.headers, ...toServiceHeaders(state) } };
}

async function answerOrError(state: OpenAIState, request: SimulatedRequest): Promise<Answer> {
  try {
    return await resolveRoute(state, request).handle(state, request);
  } catch (error) {
    if (error instanceof AnswerError) return error.answer;
    throw error;
  }
}

function resolveRoute(state: OpenAIState, request: SimulatedRequest): OpenAIRoute {
  const { method, path } = request;
  const known = [...state.profile.routes, ...routes].filter((route) => route.path.test(path));
  if (known.length === 0)
    throw openAIError(state, { status: 404, message: `Invalid URL (${method} ${path})` });
  const route = known.find((candidate) => candidate.method === method);
  if (!route) {
    throw openAIError(state, { status: 405, message: `Not allowed to ${method} on ${path}.` });
  }
  checkKey(state, request);
  return route;
}

function checkKey(state: OpenAIState, request: SimulatedRequest): void {
  if (state.apiKey === undefined) return;
  const { listKeyHeader } = state.profile;
  const given =
    request.path === "/v1/models" && listKeyHeader !== undefined
      ? headerOf(request, listKeyHeader)
      : /^Bearer (.+)$/i.exec(headerOf(request, "authorization") ?? "")?.[1];
  if (given === state.apiKey) return;
  if (given === undefined) {
    const message =
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).";
    throw openAIError(state, { status: 401, message });
  }
  const message = `Incorrect API key provided: ${maskKey(given)}. You can find your API key at https://platform.openai.com/account/api-keys.`;
  throw openAIError(state, { status: 401, message, code: "invalid_api_key" });
}

/** OpenAI repeats the ends of a refused key; so do we, for a caller must not pass that on. */
function maskKey(key: string): string {
  return key.length <= 12 ? key : `${key.slice(0, 8)}${"*".repeat(key.length - 12)}${key.slice(-4)}`;
}

function listModels({ profile, models }: OpenAIState): Answer {
  return openAIJson(profile.list(models.list().map((model) => toItem(profile, model))));
}

function getModel(state: OpenAIState, request: SimulatedRequest): Answer {
  const id = decodeURIComponent(request.path.slice("/v1/models/".length));
  return openAIJson(toItem(state.profile, resolveModel(state, id)));
}

function toItem(profile: OpenAIState["profile"], model: SimulatedOpenAIModel) {
  return { id: model.id, ...profile.listItem(model, Math.floor(Date.now() / 1000)) };
}
