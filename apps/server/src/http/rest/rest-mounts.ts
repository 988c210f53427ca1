import { deleteApiKey, getApiKey, replaceApiKey } from "./api-key-routes.ts";
import { addUser, signIn, signOut, signOutByLink, signUp } from "./auth-routes.ts";
import { modelImage } from "./model-image-route.ts";
import { importModels, syncModels } from "./models/import-routes.ts";
import { createListModels, listCustomModels, listModelTags, listTagsOf } from "./models/list-routes.ts";
import {
  createListBaseModels,
  exportCustomModels,
  exportModels,
  getModel,
  getStoredModel,
  listModelParams,
  listOverrides,
} from "./models/read-routes.ts";
import {
  createModel,
  deleteAllModels,
  deleteModel,
  deleteModelByMethod,
  toggleModel,
  updateModel,
  updateModelAccess,
} from "./models/write-routes.ts";
import type { RestMount } from "./rest-route.ts";

const writingModels = [
  createModel,
  updateModel,
  updateModelAccess,
  toggleModel,
  deleteModel,
  deleteModelByMethod,
  deleteAllModels,
  importModels,
  syncModels,
];

/** Every REST route and where it stands. */
export function createRestMounts(): readonly RestMount[] {
  return [
    {
      prefix: "/models",
      name: "models",
      routes: [
        createListModels(),
        createListBaseModels(),
        listModelTags,
        listModelParams,
        getModel,
        modelImage,
        exportModels,
        ...writingModels,
      ],
    },
    {
      prefix: "/api/v1/models",
      name: "openWebUI.models",
      routes: [
        listCustomModels,
        listOverrides,
        listTagsOf("base"),
        listTagsOf("custom"),
        listModelParams,
        getStoredModel,
        modelImage,
        exportCustomModels,
        ...writingModels,
      ],
    },
    {
      prefix: "/api/v1/auths",
      name: "auths",
      routes: [signUp, signIn, signOut, signOutByLink, addUser, replaceApiKey, getApiKey, deleteApiKey],
    },
  ];
}
