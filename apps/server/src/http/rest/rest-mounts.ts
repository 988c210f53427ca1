import { ollamaConfigRoutes, openAIConfigRoutes } from "./connections/connection-config-routes.ts";
import {
  createOpenAIModels,
  modelsOfConnection,
  verifyOllama,
  verifyOpenAI,
} from "./connections/connection-lookup-routes.ts";
import { configRoutes } from "./general/config-routes.ts";
import { getConfig, getVersion, unloadModel } from "./general/general-routes.ts";
import { createListLiveModels, listLiveBaseModels } from "./general/live-list-routes.ts";
import { wholeConfigRoutes } from "./general/whole-config-routes.ts";
import { importRoutes } from "./models/import-routes.ts";
import { createListModels, listCustomModels, listModelTags, listTagsOf } from "./models/list-routes.ts";
import { modelImage } from "./models/model-image-route.ts";
import {
  createListBaseModels,
  exportCustomModels,
  exportModels,
  getModel,
  getStoredModel,
  listModelParams,
  listOverrides,
} from "./models/read-routes.ts";
import { writeRoutes } from "./models/write-routes.ts";
import { apiKeyRoutes } from "./people/api-key-routes.ts";
import { authRoutes } from "./people/auth-routes.ts";
import { groupRoutes } from "./people/group-routes.ts";
import { chatCompletions, embeddings } from "../openai/call-routes.ts";
import { createV1Mount } from "../openai/v1-mount.ts";
import { createOllamaMounts } from "../ollama/ollama-mounts.ts";
import { healthMount } from "../health-mount.ts";
import { createOpenApiRoute } from "./openapi-route.ts";
import { ownAccountRoutes } from "./people/own-account-routes.ts";
import { userRoutes } from "./people/user-routes.ts";
import type { RestMount } from "./rest-route.ts";

/** Every route that the description has, and where it stands. */
export function createRestMounts(): readonly RestMount[] {
  const mounts: RestMount[] = [
    seedModels(),
    openWebUIModels(),
    {
      prefix: "/api",
      name: "general",
      routes: [getConfig, getVersion, createListLiveModels("/models"), listLiveBaseModels, unloadModel],
    },
    { prefix: "/api/v1/auths", name: "auths", routes: [...authRoutes, ...ownAccountRoutes, ...apiKeyRoutes] },
    { prefix: "/api/v1/users", name: "users", routes: userRoutes },
    { prefix: "/api/v1/groups", name: "groups", routes: groupRoutes },
    { prefix: "/api/v1/configs", name: "configs", routes: [...configRoutes, ...wholeConfigRoutes] },
  ];
  mounts.push(createV1Mount());
  for (const [prefix, name] of callMounts) mounts.push({ prefix, name, routes: callRoutes });
  mounts.push(
    {
      prefix: "/openai",
      name: "openai",
      routes: [...openAIConfigRoutes, createOpenAIModels(), modelsOfConnection, verifyOpenAI],
    },
    { prefix: "/ollama", name: "ollama.connections", routes: [...ollamaConfigRoutes, verifyOllama] },
    ...createOllamaMounts(),
  );
  mounts.push(healthMount);
  mounts.push({ prefix: "", name: "description", routes: [createOpenApiRoute(mounts)] });
  return mounts;
}

const callRoutes = [chatCompletions, embeddings];
const callMounts = [
  ["/api", "general.calls"],
  ["/api/v1", "openWebUI.calls"],
  ["/openai", "openai.calls"],
] as const;

/** As the seed's text says. */
function seedModels(): RestMount {
  const reading = [
    createListModels(),
    createListBaseModels(),
    listModelTags,
    listModelParams,
    getModel,
    modelImage,
    exportModels,
  ];
  return { prefix: "/models", name: "models", routes: [...reading, ...writeRoutes, ...importRoutes] };
}

/** As Open WebUI's clients ask. */
function openWebUIModels(): RestMount {
  const reading = [
    createListLiveModels(""),
    listCustomModels,
    listOverrides,
    listTagsOf("base"),
    listTagsOf("custom"),
    listModelParams,
    getStoredModel,
    modelImage,
    exportCustomModels,
  ];
  return {
    prefix: "/api/v1/models",
    name: "openWebUI.models",
    routes: [...reading, ...writeRoutes, ...importRoutes],
  };
}
