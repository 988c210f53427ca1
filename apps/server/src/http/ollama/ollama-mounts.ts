import type { RestMount } from "../rest/rest-route.ts";
import { chat, embed, embeddings, generate } from "./call-routes.ts";
import {
  banner,
  createTagsRoute,
  running,
  show,
  tagsOfConnection,
  version,
  versionOfConnection,
} from "./listing-routes.ts";
import { copy, create, pull, push, remove, unload, weights } from "./manage-routes.ts";

/** Corral as one big Ollama: every model that the caller may call, and for administrators the servers themselves. */
export function createOllamaMounts(): readonly RestMount[] {
  return [
    {
      prefix: "/ollama",
      name: "ollama",
      routes: [
        banner("GET"),
        createTagsRoute(),
        tagsOfConnection,
        running,
        show,
        version,
        versionOfConnection,
      ],
    },
    { prefix: "/ollama/api", name: "ollama", routes: [chat, generate, embed, embeddings] },
    {
      prefix: "/ollama/api",
      name: "ollama.manage",
      routes: [
        pull("/pull"),
        pull("/pull/:index"),
        push("POST", "/push"),
        push("POST", "/push/:index"),
        push("DELETE", "/push"),
        push("DELETE", "/push/:index"),
        create("/create"),
        create("/create/:index"),
        copy("/copy"),
        copy("/copy/:index"),
        remove("/delete"),
        remove("/delete/:index"),
        unload,
      ],
    },
    {
      prefix: "/ollama/models",
      name: "ollama.weights",
      routes: [
        weights("/download"),
        weights("/download/:index"),
        weights("/upload"),
        weights("/upload/:index"),
      ],
    },
  ];
}
