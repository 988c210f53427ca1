import { deleteApiKey, getApiKey, replaceApiKey } from "./api-key-routes.ts";
import { addUser, signIn, signOut, signOutByLink, signUp } from "./auth-routes.ts";
import { modelImage } from "./model-image-route.ts";
import type { RestMount } from "./rest-route.ts";

/** Every REST route and where it stands. */
export const restMounts: readonly RestMount[] = [
  { prefix: "/models", name: "models", routes: [modelImage] },
  { prefix: "/api/v1/models", name: "openWebUI.models", routes: [modelImage] },
  {
    prefix: "/api/v1/auths",
    name: "auths",
    routes: [signUp, signIn, signOut, signOutByLink, addUser, replaceApiKey, getApiKey, deleteApiKey],
  },
];
