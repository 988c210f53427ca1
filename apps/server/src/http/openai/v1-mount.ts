import { DomainError, revisionText } from "@corral/core";
import { z } from "zod";
import { sendBytes } from "../rest/answer-bytes.ts";
import { restRoute, type RestMount } from "../rest/rest-route.ts";
import { answerExamples, listedModelSchema, modelListSchema } from "./answer-schemas.ts";
import { chatCompletions, completions, embeddings } from "./call-routes.ts";
import { createModelListing } from "./list-models.ts";

const shared = {
  method: "GET",
  tag: "calls",
  dialect: "openai",
  // whoever may not call has nothing to choose from
  policy: { auth: "member", scope: "gateway:invoke" },
} as const;

/** What OpenAI's clients call. */
export function createV1Mount(): RestMount {
  const listing = createModelListing();
  const listModels = restRoute({
    ...shared,
    path: "/models",
    operationId: "listModels",
    summary: "Every model that the caller may call",
    headers: ["x-corral-revision"],
    answer: modelListSchema,
    examples: { answer: { object: "list", data: [answerExamples.model] } },
    handle({ actor, services: { catalog }, reply }) {
      const snapshot = catalog.current();
      reply.header("x-corral-revision", revisionText(snapshot.revision));
      return sendBytes(reply, listing.all(snapshot, actor));
    },
  });
  const getModel = restRoute({
    ...shared,
    path: "/models/*",
    operationId: "getModel",
    summary: "One model that the caller may call, by any of its spellings",
    params: z.object({ "*": z.string() }),
    errors: ["model_not_found"],
    answer: listedModelSchema,
    examples: { answer: answerExamples.model },
    handle({ actor, services: { catalog }, params: { "*": id } }) {
      const model = listing.one(catalog.current(), actor, id);
      if (model !== undefined) return model;
      throw new DomainError("model_not_found", `The model "${id}" does not exist, or you may not call it.`);
    },
  });
  return {
    prefix: "/v1",
    name: "v1",
    servedBy: "gateway",
    routes: [listModels, getModel, chatCompletions, completions, embeddings],
  };
}
