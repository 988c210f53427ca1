import { DomainError, findReadable, type CallTarget } from "@corral/core";
import { z } from "zod";
import { beginCall } from "../begin-call.ts";
import { restRoute, type RestCall } from "../rest-route.ts";
import { providerErrors } from "../route-answers.ts";

export const getVersion = restRoute({
  method: "GET",
  path: "/version",
  operationId: "getVersion",
  tag: "general",
  summary: "The version of this server",
  policy: { auth: "none", scope: "none" },
  answer: z.object({ version: z.string() }),
  examples: { answer: { version: "0.1.0" } },
  handle: ({ container }) => ({ version: container.version }),
});

const configSchema = z.object({
  status: z.literal(true),
  name: z.string(),
  version: z.string(),
  default_locale: z.string(),
  onboarding: z.boolean().describe("The first administrator has still to be made."),
  oauth: z.object({ providers: z.record(z.string(), z.string()) }),
  features: z.record(z.string(), z.boolean()),
  default_models: z
    .string()
    .nullable()
    .optional()
    .describe("To those who are signed in: comma-joined, as the browser reads it."),
  default_pinned_models: z.string().nullable().optional(),
});

export const getConfig = restRoute({
  method: "GET",
  path: "/config",
  operationId: "getConfig",
  tag: "general",
  summary: "What a client needs to know before and after it signs in",
  policy: { auth: "none", scope: "none" },
  answer: configSchema,
  examples: {
    answer: {
      status: true,
      name: "Corral",
      version: "0.1.0",
      default_locale: "en-US",
      onboarding: false,
      oauth: { providers: {} },
      features: { auth: true, enable_signup: false },
      default_models: "support-bot",
      default_pinned_models: null,
    },
  },
  async handle({ actor, services, container }) {
    const { needsAdministrator, signUpOpen } = await services.accounts.setupState();
    const isMember = actor !== null && actor.principal.role !== "pending";
    const offered = isMember ? services.presentation.get(actor) : undefined;
    return {
      status: true as const,
      name: "Corral",
      version: container.version,
      default_locale: "en-US",
      onboarding: needsAdministrator,
      oauth: { providers: {} },
      features: {
        auth: true,
        auth_trusted_header: false,
        enable_ldap: false,
        enable_api_key: true,
        enable_api_keys: true,
        enable_signup: signUpOpen || needsAdministrator,
        enable_login_form: true,
        enable_websocket: false,
        enable_direct_connections: false,
        enable_version_update_check: false,
      },
      ...(offered && {
        default_models: offered.default?.id ?? null,
        default_pinned_models: offered.pinned.map(({ id }) => id).join(",") || null,
      }),
    };
  },
});

export const unloadModel = restRoute({
  method: "POST",
  path: "/models/unload",
  operationId: "unload",
  tag: "general",
  summary: "Takes an Ollama model out of memory wherever it is served",
  policy: { auth: "administrator", scope: "admin" },
  body: z.object({ model: z.string().min(1).max(1_024) }),
  answer: z.object({ status: z.literal(true) }),
  errors: ["model_not_found", "not_an_ollama_model", "connection_not_found", ...providerErrors],
  examples: { body: { model: "llama3.2" }, answer: { status: true } },
  async handle(call) {
    const { actor, body, services, client } = call;
    const signal = beginCall(call);
    for (const { connection, placement } of findOllamaTargets(call, body.model)) {
      const model = { connectionUid: connection.uid, model: placement.upstreamId };
      await services.ollama.unload(actor, model, { ...client, signal });
    }
    return { status: true as const };
  },
});

/** Where Ollama serves a model, or the one that it is built on. @throws DomainError. */
function findOllamaTargets(
  { services, actor }: Pick<RestCall, "services"> & { readonly actor: NonNullable<RestCall["actor"]> },
  id: string,
): readonly CallTarget[] {
  const snapshot = services.catalog.current();
  const resolution = snapshot.resolve(actor, findReadable(snapshot, actor, id));
  if (!resolution.ok) throw new DomainError(resolution.code, resolution.message);
  const targets = resolution.model.targets.filter(({ connection }) => connection.provider === "ollama");
  if (targets.length === 0) throw new DomainError("not_an_ollama_model");
  return targets;
}
