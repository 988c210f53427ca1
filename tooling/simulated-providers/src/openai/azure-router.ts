import { type Answer, AnswerError } from "../server/answer.ts";
import { isJsonObject, type JsonObject } from "../server/json-object.ts";
import { headerOf, type SimulatedRequest } from "../server/simulated-request.ts";
import { checkPrompt, filterAnswer } from "./azure-filters.ts";
import { listManagedDeployments } from "./azure-manager.ts";
import {
  azureError,
  type AzureState,
  notFound,
  type SimulatedAzureDeployment,
  withHeaders,
} from "./azure-state.ts";
import { chatCompletions } from "./chat-route.ts";
import { completions } from "./completions-route.ts";
import { embeddings } from "./embeddings-route.ts";
import { OpenAIModels } from "./openai-models.ts";
import { openAIError, openAIJson } from "./openai-state.ts";

const handlers = { "chat/completions": chatCompletions, completions, embeddings };

/** Answers a request to a resource, or to Azure Resource Manager. */
export async function routeAzure(state: AzureState, request: SimulatedRequest): Promise<Answer> {
  try {
    return withHeaders(await resolveAnswer(state, request));
  } catch (error) {
    if (error instanceof AnswerError) return withHeaders(error.answer);
    throw error;
  }
}

async function resolveAnswer(state: AzureState, request: SimulatedRequest): Promise<Answer> {
  if (request.path.startsWith("/subscriptions/")) return listManagedDeployments(state, request);
  const segments = request.path.split("/").slice(1);
  const isProject = segments[0] === "api" && segments[1] === "projects";
  const [root, ...rest] = isProject ? segments.slice(3) : segments;
  if (root !== "openai") throw notFound();
  const isV1 = rest[0] === "v1";
  if (!isV1 && isProject) throw notFound();
  checkCredential(state, request, {
    isV1,
    scope: isProject ? "https://ai.azure.com/.default" : serviceScope,
  });
  const version = new URL(request.url, "http://resource").searchParams.get("api-version");
  if (isV1) return await serveV1(state, request, { rest: rest.slice(1), version });
  return await serveClassic(state, request, { rest, version });
}

const serviceScope = "https://cognitiveservices.azure.com/.default";

async function serveV1(
  state: AzureState,
  request: SimulatedRequest,
  { rest, version }: { rest: string[]; version: string | null },
): Promise<Answer> {
  if (version !== null && version !== "v1" && version !== "preview") {
    const message = "API version not supported";
    throw azureError(400, { code: "BadRequest", message });
  }
  const route = rest.join("/");
  if (route === "models" && request.method === "GET") return listBaseModels(state);
  if (!isRoute(route) || request.method !== "POST") throw notFound();
  const { body } = request;
  return await call(state, request, { route, name: isJsonObject(body) ? body["model"] : undefined });
}

async function serveClassic(
  state: AzureState,
  request: SimulatedRequest,
  { rest, version }: { rest: string[]; version: string | null },
): Promise<Answer> {
  const [kind, segment, ...tail] = rest;
  if (kind === "deployments" && segment === undefined && version === "2023-03-15-preview") {
    if (!state.listsDeployments) throw notFound();
    return listDataPlane(state);
  }
  if (version === null || !state.apiVersions.includes(version)) throw notFound();
  if (kind === "models" && segment === undefined && request.method === "GET") return listBaseModels(state);
  const route = tail.join("/");
  if (kind !== "deployments" || segment === undefined || !isRoute(route) || request.method !== "POST") {
    throw notFound();
  }
  checkVersion(state, request.body, version);
  return await call(state, request, { route, name: decodeURIComponent(segment) });
}

function isRoute(route: string): route is keyof typeof handlers {
  return Object.hasOwn(handlers, route);
}

async function call(
  state: AzureState,
  request: SimulatedRequest,
  { route, name }: { route: keyof typeof handlers; name: unknown },
): Promise<Answer> {
  const deployment = state.deployments.find((candidate) => candidate.name === name && isReady(candidate));
  if (!deployment) {
    throw azureError(404, {
      code: "DeploymentNotFound",
      message:
        "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.",
    });
  }
  const body: JsonObject = isJsonObject(request.body) ? request.body : {};
  checkPrompt(body);
  // Azure's own fields are not the model's.
  const { data_sources: _, user_security_context: __, ...rest } = body;
  const id = `${deployment.model}-${deployment.version ?? "2024-11-20"}`;
  const models = new OpenAIModels([{ id, kinds: deployment.kinds ?? ["chat"] }]);
  const inner = isJsonObject(request.body) ? { ...request, body: { ...rest, model: id } } : request;
  const answer = await handlers[route]({ ...state.openai, models }, inner);
  return route === "embeddings" ? answer : filterAnswer(answer, body, state.filters);
}

/** Since when dated versions know a field of a chat. */
const since: { [field: string]: string } = {
  stream_options: "2024-09-01",
  max_completion_tokens: "2024-09-01",
  reasoning_effort: "2024-12-01",
};

function checkVersion({ openai }: AzureState, body: unknown, version: string): void {
  if (!isJsonObject(body)) return;
  const unknown = Object.keys(since).find(
    (field) => body[field] !== undefined && version < (since[field] ?? ""),
  );
  if (unknown !== undefined) {
    throw openAIError(openai, { status: 400, message: `Unrecognized request argument supplied: ${unknown}` });
  }
  if (version < "2024-08-01" && JSON.stringify(body["response_format"] ?? "").includes("json_schema")) {
    const message =
      "response_format value as json_schema is enabled only for api versions 2024-08-01-preview and later";
    throw openAIError(openai, { status: 400, message, param: "response_format" });
  }
}

function checkCredential(
  state: AzureState,
  request: SimulatedRequest,
  { isV1, scope }: { isV1: boolean; scope: string },
): void {
  const { apiKey, checkToken } = state;
  if (apiKey === undefined && checkToken === undefined) return;
  const token = /^Bearer (.+)$/.exec(headerOf(request, "authorization") ?? "")?.[1];
  if (apiKey !== undefined && (headerOf(request, "api-key") === apiKey || (isV1 && token === apiKey))) return;
  if (token === undefined) {
    const message =
      "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.";
    throw azureError(401, { code: "401", message });
  }
  if (checkToken?.(token, scope) === true) return;
  const message = `Access token is missing, invalid, audience is incorrect (${scope.replace("/.default", "")}), or have expired.`;
  throw azureError(401, { code: "Unauthorized", message });
}

function isReady({ provisioningState = "Succeeded" }: SimulatedAzureDeployment): boolean {
  return provisioningState === "Succeeded";
}

/** What the resource could deploy, which is not what it has deployed. */
function listBaseModels(state: AzureState): Answer {
  const ids = new Set(["gpt-35-turbo-0125", ...state.deployments.map(({ model }) => model)]);
  const data = [...ids].map((id) => ({
    id,
    object: "model",
    status: "succeeded",
    created_at: 1_750_000_000,
    capabilities: {
      fine_tune: false,
      inference: true,
      completion: false,
      chat_completion: true,
      embeddings: false,
    },
    lifecycle_status: "generally-available",
    deprecation: { inference: 1_800_000_000 },
  }));
  return openAIJson({ object: "list", data });
}

function listDataPlane(state: AzureState): Answer {
  const data = state.deployments.map((deployment) => ({
    id: deployment.name,
    object: "deployment",
    model: deployment.model,
    status: isReady(deployment) ? "succeeded" : "running",
    owner: "organization-owner",
    scale_settings: { scale_type: "standard" },
    created_at: 1_750_000_000,
  }));
  return openAIJson({ object: "list", data });
}
