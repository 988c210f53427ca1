import { isSameAccess, type AccessControl } from "@corral/access-control";
import { withoutUndefined } from "@corral/api";
import {
  createModelSchema,
  DomainError,
  toggleModelSchema,
  updateModelSchema,
  type JsonObject,
  type ModelDetail,
} from "@corral/core";
import { z } from "zod";
import { queryFlag, queryInteger } from "../query-schemas.ts";
import { restRoute, type RestCall, type RestRoute } from "../rest-route.ts";
import { findEffectiveAccess } from "./effective-access.ts";
import { modelExample } from "./model-example.ts";
import {
  accessFormSchema,
  createFormSchema,
  parseFields,
  readAccess,
  readForm,
  updateFormSchema,
} from "./model-form.ts";
import { modelDetailWireSchema } from "./model-wire.ts";
import { toDetailWire } from "./read-routes.ts";

const writing = { tag: "models", policy: { auth: "member", scope: "models:write" } } as const;
const savingErrors = ["base_model_not_found", "base_cycle", "base_too_deep", "principal_not_found"] as const;

const createModel = restRoute({
  ...writing,
  method: "POST",
  path: "/create",
  operationId: "create",
  summary: "Makes a custom model, or stores settings of a provider's own (`base_model_id: null`)",
  description:
    "Absent access is nobody but the owner; for a provider's model what its connection shows. An id that is taken " +
    "answers 401, as the seed has it.",
  body: createFormSchema,
  answer: modelDetailWireSchema,
  errors: [...savingErrors, "model_id_taken"],
  examples: { body: modelExample.form, answer: modelExample.detail },
  async handle({ actor, body, services, client }) {
    const { fields, notes } = readForm(body);
    const input = parseFields(createModelSchema, { ...fields, baseModelId: body.base_model_id ?? null });
    const made = await services.models.create(actor, withoutUndefined(input), client);
    return toDetailWire(services, made, notes);
  },
});

const updateModel = restRoute({
  ...writing,
  method: "POST",
  path: "/model/update",
  operationId: "update",
  summary: "Changes a model; a field that is absent stays as it is",
  description:
    "For an administrator, a provider's model of which nothing is stored gets settings of its own. With a `revision`, " +
    "a change that is based on an older one answers 409.",
  query: z.object({ id: z.string().optional() }),
  body: updateFormSchema,
  answer: modelDetailWireSchema,
  errors: [...savingErrors, "model_not_found", "model_id_taken", "kind_is_fixed", "revision_conflict"],
  examples: { body: { id: "support-bot", params: { temperature: 0.1 } }, answer: modelExample.detail },
  async handle(call) {
    const { actor, body, query, services, client } = call;
    const id = idOf(body.id, query.id);
    const stored = await services.models.get(actor, id);
    const storedMeta = (stored.definition?.meta ?? {}) as JsonObject; // safe: it was JSON when it was stored
    const { fields, notes } = readForm({ ...body, id }, storedMeta);
    const changed = withoutSameAccess(call, stored, fields);
    const input = parseFields(updateModelSchema, changed);
    const context = { ...client, lastWins: true };
    const detail = await services.models.update(actor, withoutUndefined(input), context);
    return toDetailWire(services, detail, notes);
  },
});

/** Older clients say it in the address, newer ones in the body. @throws DomainError `invalid_input`. */
function idOf(inBody: string | undefined, inQuery: string | undefined): string {
  const id = inBody ?? inQuery;
  if (id !== undefined && (inQuery === undefined || inQuery === id)) return id;
  const message = id === undefined ? "is missing" : "says something else than the address";
  throw new DomainError("invalid_input", `id: ${message}.`, {
    details: { issues: [{ path: ["id"], message }] },
  });
}

/** Whoever sends back the access that they were shown for one that is inherited has not chosen it. */
function withoutSameAccess(
  { services }: Pick<RestCall, "services">,
  stored: ModelDetail,
  fields: Readonly<Record<string, unknown>> & { readonly access?: AccessControl },
): Readonly<Record<string, unknown>> {
  const { access, ...others } = fields;
  const snapshot = services.catalog.current();
  const entry = access === undefined ? undefined : snapshot.findByUid(stored.uid);
  if (access === undefined || entry === undefined || stored.definition?.access.kind !== "inherit")
    return fields;
  return isSameAccess(access, findEffectiveAccess(snapshot, entry).access) ? others : fields;
}

const updateModelAccess = restRoute({
  ...writing,
  method: "POST",
  path: "/model/access/update",
  operationId: "updateAccess",
  summary: "Says who may use a model",
  body: accessFormSchema,
  answer: modelDetailWireSchema,
  errors: ["model_not_found", "principal_not_found", "revision_conflict"],
  examples: {
    body: {
      id: "support-bot",
      access_grants: [{ principal_type: "user", principal_id: "*", permission: "read" }],
    },
    answer: modelExample.detail,
  },
  async handle({ actor, body, services, client }) {
    const { id, name } = body;
    const access = readAccess(body);
    if (access === undefined) {
      const message = "or access_control is missing";
      throw new DomainError("invalid_input", `access_grants: ${message}.`, {
        details: { issues: [{ path: ["access_grants"], message }] },
      });
    }
    const stored = await services.models.get(actor, id);
    // a name is for the settings that are made here
    const named = stored.revision === null && name !== undefined ? { name } : {};
    const input = parseFields(updateModelSchema, { id, access, ...named });
    const context = { ...client, lastWins: true };
    return toDetailWire(services, await services.models.update(actor, withoutUndefined(input), context));
  },
});

const toggleModel = restRoute({
  ...writing,
  method: "POST",
  path: "/model/toggle",
  operationId: "toggle",
  summary: "Activates or deactivates a model",
  description: "The other state than now, unless `is_active` says which.",
  query: z.object({ id: z.string().min(1).max(1_024), is_active: queryFlag }),
  answer: modelDetailWireSchema,
  errors: ["model_not_found", "revision_conflict"],
  examples: { query: { id: "support-bot" }, answer: modelExample.detail },
  async handle({ actor, query, services, client }) {
    const fields = withoutUndefined({ id: query.id, isActive: query.is_active });
    const input = withoutUndefined(parseFields(toggleModelSchema, fields));
    return toDetailWire(services, await services.models.toggle(actor, input, client));
  },
});

const deleting = {
  ...writing,
  summary: "Deletes a custom model, or what is stored about a provider's own",
  description:
    "Refused with 409 while other models are built on it, or where its settings keep people out, unless `force`.",
  path: "/model/delete",
  query: z.object({ id: z.string().optional(), force: queryFlag }),
  body: z.object({ id: z.string().optional(), force: z.boolean().optional() }).optional(),
  answer: z.boolean(),
  errors: ["model_not_found", "dependants_exist"],
  examples: { body: { id: "support-bot" }, answer: true },
} as const;

const deleteModel = restRoute({
  ...deleting,
  method: "POST",
  operationId: "delete",
  handle: deleteOne,
});
const deleteModelByMethod = restRoute({
  ...deleting,
  method: "DELETE",
  operationId: "deleteByMethod",
  handle: deleteOne,
});

async function deleteOne({
  actor,
  query,
  body,
  services,
  client,
}: RestCall<typeof writing.policy, z.ZodType<undefined>, typeof deleting.query, typeof deleting.body>) {
  const id = idOf(body?.id, query.id);
  await services.models.delete(actor, { id, force: body?.force ?? query.force ?? false }, client);
  return true;
}

const deleteAllModels = restRoute({
  method: "DELETE",
  path: "/delete/all",
  operationId: "deleteAll",
  tag: "models",
  summary: "Deletes all that is stored: custom models and settings of providers' own",
  description:
    "With `expected_total`, exactly so many or nothing. Without it refused where settings keep people out of a model, " +
    "unless `force`.",
  policy: { auth: "administrator", scope: "admin" },
  query: z.object({ expected_total: queryInteger({ min: 0, max: 10_000_000 }), force: queryFlag }),
  answer: z.boolean(),
  errors: ["dependants_exist", "selection_changed"],
  examples: { answer: true },
  async handle({ actor, query, services, client }) {
    const { expected_total: expectedTotal, force = false } = query;
    await services.models.deleteAll(
      actor,
      expectedTotal === undefined ? { force } : { expectedTotal },
      client,
    );
    return true;
  },
});

export const writeRoutes: readonly RestRoute[] = [
  createModel,
  updateModel,
  updateModelAccess,
  toggleModel,
  deleteModel,
  deleteModelByMethod,
  deleteAllModels,
];
