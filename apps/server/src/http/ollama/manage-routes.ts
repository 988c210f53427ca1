import { withoutUndefined } from "@corral/api";
import { DomainError, jsonValueSchema, limits } from "@corral/core";
import { z } from "zod";
import { beginCall } from "../rest/begin-call.ts";
import { restRoute, type RestCall } from "../rest/rest-route.ts";
import { providerErrors } from "../rest/route-answers.ts";
import { answerProgress, finished, pullSteps } from "./answer-progress.ts";
import { finishedSchema, ollamaExamples, progressLineSchema } from "./answer-schemas.ts";
import { connectionAt, indexParams, placesOf, type OllamaPlace } from "./ollama-places.ts";

const name = z.string().trim().min(1).max(512);
/** Ollama's clients write `model`, older ones `name`. */
const named = { model: name.optional(), name: name.optional() };
const namedSchema = z.object({ ...named, stream: z.boolean().nullish(), insecure: z.boolean().nullish() });

const shared = {
  tag: "ollama",
  dialect: "ollama",
  policy: { auth: "administrator", scope: "admin" },
  errors: [
    "model_not_found",
    "not_an_ollama_model",
    "connection_not_found",
    "unsupported_feature",
    ...providerErrors,
  ],
} as const;
const progressLines = [
  {
    status: 200,
    description:
      "Lines of progress, the last one with `status: success`; that one alone with `stream: false`",
    contentType: "application/x-ndjson",
    itemSchema: progressLineSchema,
    example: ollamaExamples.progressLines,
  },
] as const;
const done = z.literal(true);

export const pull = (path: "/pull" | "/pull/:index") =>
  restRoute({
    ...shared,
    method: "POST",
    path,
    operationId: path === "/pull" ? "pull" : "pullAt",
    summary: "Downloads a model to a server: the first one unless the address counts another",
    params: optionalIndex,
    body: namedSchema,
    answer: finishedSchema,
    otherAnswers: progressLines,
    examples: { body: { model: "llama3.2" }, answer: finished },
    async handle(call) {
      const model = modelOf(call.body);
      refuseInsecure(call.body);
      const at = serverOf(call);
      const job = await call.services.ollama.startPull(call.actor, { ...at, model }, call.client);
      const signal = beginCall(call);
      const states = await call.services.ollama.watchPull(call.actor, { ...at, id: job.id }, { signal });
      return answerProgress(call, pullSteps(states), signal);
    },
  });

export const push = (method: "POST" | "DELETE", path: "/push" | "/push/:index") =>
  restRoute({
    ...shared,
    method,
    path,
    operationId: `${method === "POST" ? "push" : "pushByMethod"}${path === "/push" ? "" : "At"}`,
    summary: "Uploads a model to its registry",
    params: optionalIndex,
    body: namedSchema,
    answer: finishedSchema,
    otherAnswers: progressLines,
    examples: { body: { model: "ada/helper" }, answer: finished },
    async handle(call) {
      refuseInsecure(call.body);
      const signal = beginCall(call);
      const place = firstPlace(call, modelOf(call.body));
      const steps = await call.services.ollama.push(call.actor, place, { ...call.client, signal });
      return answerProgress(call, steps, signal);
    },
  });

const createSchema = z.object({
  ...named,
  from: name,
  system: z.string().max(limits.systemLength).optional(),
  template: z.string().max(limits.systemLength).optional(),
  license: z.string().max(limits.systemLength).optional(),
  parameters: z.record(z.string(), jsonValueSchema).optional(),
  quantize: z.string().max(32).optional(),
  stream: z.boolean().nullish(),
});

export const create = (path: "/create" | "/create/:index") =>
  restRoute({
    ...shared,
    method: "POST",
    path,
    operationId: path === "/create" ? "createModel" : "createModelAt",
    summary: "Makes a model on a server out of another one there; never from files that a caller brings",
    params: optionalIndex,
    body: createSchema,
    answer: finishedSchema,
    otherAnswers: progressLines,
    examples: {
      body: { model: "terse", from: "llama3.2", system: "Answer in one sentence." },
      answer: finished,
    },
    async handle(call) {
      const { from, parameters, stream: _stream, model: _model, name: _name, ...texts } = call.body;
      const signal = beginCall(call);
      const steps = await call.services.ollama.create(
        call.actor,
        {
          ...serverOf(call),
          ...withoutUndefined(texts),
          model: modelOf(call.body),
          from,
          ...(parameters && { parameters }),
        },
        { ...call.client, signal },
      );
      return answerProgress(call, steps, signal);
    },
  });

export const copy = (path: "/copy" | "/copy/:index") =>
  restRoute({
    ...shared,
    method: "POST",
    path,
    operationId: path === "/copy" ? "copy" : "copyAt",
    summary: "Gives a model a second name on its server",
    params: optionalIndex,
    body: z.object({ source: name, destination: name }),
    answer: done,
    examples: { body: { source: "llama3.2", destination: "spare" }, answer: true },
    async handle(call) {
      const { source, destination } = call.body;
      const { connectionUid, model } = firstPlace(call, source);
      const context = { ...call.client, signal: beginCall(call) };
      await call.services.ollama.copy(call.actor, { connectionUid, source: model, destination }, context);
      return true as const;
    },
  });

export const remove = (path: "/delete" | "/delete/:index") =>
  restRoute({
    ...shared,
    method: "DELETE",
    path,
    operationId: path === "/delete" ? "deleteModel" : "deleteModelAt",
    summary: "Deletes a model from its server; which one must be counted where several have it",
    params: optionalIndex,
    body: namedSchema,
    answer: done,
    examples: { body: { model: "spare" }, answer: true },
    async handle(call) {
      const model = modelOf(call.body);
      const place = call.params.index === undefined ? onlyPlace(call, model) : firstPlace(call, model);
      await call.services.ollama.delete(call.actor, place, { ...call.client, signal: beginCall(call) });
      return true as const;
    },
  });

export const unload = restRoute({
  ...shared,
  method: "POST",
  path: "/unload",
  operationId: "unload",
  summary: "Takes a model out of memory on every server that has it",
  body: namedSchema,
  answer: z.object({ status: z.literal(true) }),
  examples: { body: { model: "llama3.2" }, answer: { status: true } },
  async handle(call) {
    const context = { ...call.client, signal: beginCall(call) };
    for (const place of placesOf(call.services.catalog, call.actor, modelOf(call.body))) {
      await call.services.ollama.unload(call.actor, place, context);
    }
    return { status: true as const };
  },
});

/** Corral takes no weights from callers and fetches no addresses for them. */
export const weights = (path: "/download" | "/upload" | "/download/:index" | "/upload/:index") =>
  restRoute({
    ...shared,
    method: "POST",
    path,
    operationId: `${path.includes("up") ? "upload" : "download"}${path.includes(":") ? "At" : ""}`,
    summary: "Not offered: pull `hf.co/…` instead",
    ignoresBody: true,
    errors: ["not_implemented"],
    handle() {
      throw new DomainError(
        "not_implemented",
        "Weights are neither uploaded nor downloaded through Corral. Pull them: `hf.co/<user>/<repository>:<quantization>`.",
      );
    },
  });

const optionalIndex = indexParams.partial();

type At = Pick<RestCall, "services"> & {
  readonly actor: NonNullable<RestCall["actor"]>;
  readonly params: { readonly index?: number | undefined };
};

function serverOf({ services, params }: Pick<At, "services" | "params">) {
  return { connectionUid: connectionAt(services.catalog, params.index ?? 0).uid };
}

/** Where the address counts, else the first server that has it. */
function firstPlace({ services, actor, params }: At, model: string): OllamaPlace {
  const places = placesOf(services.catalog, actor, model);
  if (params.index === undefined) return places[0] ?? { connectionUid: "", model };
  const { uid, name: server } = connectionAt(services.catalog, params.index);
  const found = places.find(({ connectionUid }) => connectionUid === uid);
  if (found !== undefined) return found;
  throw new DomainError("not_an_ollama_model", `"${server}" does not have "${model}".`);
}

function onlyPlace({ services, actor }: At, model: string): OllamaPlace {
  const places = placesOf(services.catalog, actor, model);
  const [only, ...others] = places;
  if (only !== undefined && others.length === 0) return only;
  const servers = services.catalog
    .current()
    .connections()
    .filter(({ provider }) => provider === "ollama");
  const holders = places.map(({ connectionUid }) => {
    const index = servers.findIndex(({ uid }) => uid === connectionUid);
    return `${index} (${servers[index]?.name ?? ""})`;
  });
  throw new DomainError(
    "invalid_input",
    `Several servers have "${model}": ${holders.join(", ")}. Add the number of one to the address.`,
  );
}

function modelOf({
  model,
  name: older,
}: {
  readonly model?: string | undefined;
  readonly name?: string | undefined;
}) {
  const found = model ?? older;
  if (found !== undefined) return found;
  throw new DomainError("invalid_input", "model: is required.", {
    details: { issues: [{ path: ["model"], message: "is required" }], param: "model" },
  });
}

function refuseInsecure({ insecure }: { readonly insecure?: boolean | null | undefined }): void {
  if (insecure !== true) return;
  throw new DomainError("unsupported_feature", "Models are transferred by TLS only; leave `insecure` out.", {
    details: { param: "insecure" },
  });
}
