import {
  accessControlWireInputSchema,
  accessGrantsSchema,
  fromAccessGrants,
  fromWire,
  isSameAccess,
  type AccessControl,
} from "@corral/access-control";
import { toIssues } from "@corral/api";
import {
  DomainError,
  jsonObjectSchema,
  modelImagePath,
  readOpenWebUIMeta,
  readOpenWebUIParams,
  type JsonObject,
  type JsonValue,
} from "@corral/core";
import { z } from "zod";

const accessShape = {
  access_control: accessControlWireInputSchema
    .optional()
    .describe(
      '`null` public, `{}` nobody but the owner, lists by level, or `"inherit"` for a provider\'s model.',
    ),
  access_grants: accessGrantsSchema
    .nullish()
    .describe("The same as Open WebUI's newer versions send it; `null` changes nothing."),
} as const;
/** What an import keeps apart or leaves out is refused here, where somebody waits to be told. */
const paramsSchema = jsonObjectSchema
  .refine(({ custom_params: custom }) => isObjectOrNothing(custom), {
    path: ["custom_params"],
    message: "must be an object",
  })
  .meta({ type: "object" });
const metaSchema = jsonObjectSchema
  .refine(({ capabilities }) => isObjectOrNothing(capabilities), {
    path: ["capabilities"],
    message: "must be an object",
  })
  .refine(({ tags }) => tags === undefined || tags === null || Array.isArray(tags), {
    path: ["tags"],
    message: "must be a list",
  })
  .meta({ type: "object" });
const commonShape = {
  base_model_id: z.string().nullish(),
  ...accessShape,
  is_active: z.boolean().optional(),
  param_modes: z.record(z.string(), z.string()).optional(),
} as const;

/** A new model. What only the server sets is ignored. */
export const createFormSchema = z.object({
  id: z.string(),
  name: z.string(),
  params: paramsSchema,
  meta: metaSchema,
  ...commonShape,
});

/** A field that is present replaces its whole value, an absent one stays. */
export const updateFormSchema = z.object({
  id: z.string().optional().describe("May stand in the address instead."),
  name: z.string().optional(),
  params: paramsSchema.optional(),
  meta: metaSchema.optional(),
  ...commonShape,
  revision: z
    .int()
    .optional()
    .describe("The one that the change is based on; without it the last writer wins."),
});
type Form = z.output<typeof updateFormSchema>;

export const accessFormSchema = z.object({ id: z.string(), name: z.string().optional(), ...accessShape });

export type ReadForm = { readonly fields: Readonly<Record<string, unknown>>; readonly notes: string[] };

/**
 * The fields of a form as tRPC's schemas take them, and what was read differently.
 *
 * Open WebUI's own params are kept within `meta`, so that a change of one of the two needs what is stored.
 *
 * @param storedMeta Of the model that is changed.
 */
export function readForm(form: Form, storedMeta: JsonObject = {}): ReadForm {
  const { id, name, base_model_id: base, is_active: isActive, param_modes: paramModes, revision } = form;
  const access = readAccess(form);
  const written = readContents(form, storedMeta);
  const fields = {
    id,
    name,
    baseModelId: base,
    paramModes,
    isActive,
    revision,
    access,
    ...written.fields,
  };
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { fields: Object.fromEntries(present), notes: written.notes };
}

/** @throws DomainError `invalid_input` where the two forms say different things. */
export function readAccess({
  access_control: control,
  access_grants: grants,
}: Pick<Form, "access_control" | "access_grants">): AccessControl | undefined {
  const first = control === undefined ? undefined : fromWire(control);
  const second = grants === undefined || grants === null ? undefined : fromAccessGrants(grants);
  if (first !== undefined && second !== undefined && !isSameAccess(first, second)) {
    const message = "says something else than access_grants";
    throw new DomainError("invalid_input", `access_control: ${message}.`, {
      details: { issues: [{ path: ["access_control"], message }] },
    });
  }
  return first ?? second;
}

function readContents(form: Form, storedMeta: JsonObject): ReadForm {
  const { openwebui_params: storedOwn, ...storedExtra } = toObject(storedMeta["extra"]);
  const params = form.params && readOpenWebUIParams(form.params);
  const own = params?.opaque ?? toObject(storedOwn);
  const isOwnChanged = storedOwn !== undefined || Object.keys(own).length > 0;
  const raw = form.meta ?? (params && isOwnChanged ? { ...storedMeta, extra: storedExtra } : undefined);
  const meta = raw && readOpenWebUIMeta(raw, own);
  return {
    fields: {
      ...(params && { params: params.params }),
      ...(meta && { meta: { ...meta.meta, ...readImage(form.meta, meta.meta) } }),
    },
    notes: [...(params?.notes ?? []), ...(form.meta && meta ? meta.notes : [])],
  };
}

function toObject(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isObjectOrNothing(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || isObject(value);
}

/**
 * `null`, nothing at all and Open WebUI's own default picture take a stored one away. What an import leaves out as no
 * picture is refused here, where somebody waits to be told.
 */
function readImage(
  sent: JsonObject | undefined,
  read: Readonly<Record<string, unknown>>,
): { readonly profile_image_url?: string | null } {
  const url = sent?.["profile_image_url"];
  if (url === null || url === "" || url === "/static/favicon.png") return { profile_image_url: null };
  const isTile = typeof url === "string" && url.startsWith(`${modelImagePath}?id=`) && !url.includes("&v=");
  if (typeof url !== "string" || isTile || read["profile_image_url"] !== undefined) return {};
  return { profile_image_url: url };
}

const wireNames: Readonly<Record<string, string>> = {
  baseModelId: "base_model_id",
  paramModes: "param_modes",
  isActive: "is_active",
  access: "access_control",
};

/** Parses by a schema of the domain; what is wrong is said in the names of the wire. @throws DomainError `invalid_input`. */
export function parseFields<T>(schema: z.ZodType<T>, fields: unknown): T {
  const parsed = schema.safeParse(fields);
  if (parsed.success) return parsed.data;
  const issues = toIssues(parsed.error).map(({ path: [first, ...rest], message }) => ({
    path: first === undefined ? [] : [wireNames[first] ?? first, ...rest],
    message,
  }));
  const [issue] = issues;
  const where = issue === undefined || issue.path.length === 0 ? "The body" : issue.path.join(".");
  const message = (issue?.message ?? "has a wrong value").replace(/\.$/u, "");
  throw new DomainError("invalid_input", `${where}: ${message}.`, { details: { issues } });
}
