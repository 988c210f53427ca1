import { accessControlWireSchema, accessGrantSchema, toAccessGrants, toWire } from "@corral/access-control";
import {
  capabilityNames,
  jsonValueSchema,
  lifecycleViewSchema,
  modelImagePath,
  modelStatuses,
  providerKinds,
  resolvedCapabilitySchema,
  type CatalogEntry,
  type CatalogSnapshot,
  type JsonValue,
  type ModelDefinition,
  type ModelRow,
} from "@corral/core";
import { z } from "zod";
import { findEffectiveAccess } from "./effective-access.ts";

const opaqueSchema = z.record(z.string(), jsonValueSchema);

const metaWireSchema = z
  .looseObject({
    profile_image_url: z.string(),
    description: z.string().nullable(),
    capabilities: z.record(z.string(), jsonValueSchema).nullable(),
    tags: z.array(z.object({ name: z.string() })),
  })
  .meta({ id: "ModelMeta" });

/** A model as the seed and Open WebUI have it, times in seconds, with our own facts beside. */
export const modelWireSchema = z.object({
  id: z.string(),
  user_id: z
    .string()
    .nullable()
    .describe("The owner; of what is stored about a provider's model, who made it."),
  base_model_id: z
    .string()
    .nullable()
    .describe("`null`: a provider's own model, or a base that the caller may not read."),
  name: z.string(),
  /** Empty for those who may not change the model. */
  params: opaqueSchema,
  meta: metaWireSchema,
  access_control: accessControlWireSchema.describe(
    "`null` public, `{}` nobody but the owner; whom it names only for those who may change the model.",
  ),
  access_inherited: z
    .boolean()
    .describe('The access is its connection\'s default. Write `"inherit"` to go back to it.'),
  access_grants: z.array(accessGrantSchema).describe("The same as Open WebUI's newer versions write it."),
  is_active: z.boolean(),
  updated_at: z.int(),
  created_at: z.int(),
  write_access: z.boolean(),
  uid: z.string(),
  kind: z.enum(["base", "custom"]),
  status: z.enum(modelStatuses),
  provider: z.enum(providerKinds).nullable(),
  callable: z.boolean(),
  revision: z.int().nullable().describe("Of the record; a write may name the one that it is based on."),
  context_length: z.number().nullable(),
  resolved_capabilities: z
    .partialRecord(z.enum(capabilityNames), resolvedCapabilitySchema)
    .describe("What it can do, and who says so; unknown ones are absent."),
  lifecycle: lifecycleWireSchema().nullable(),
});
export type ModelWire = z.output<typeof modelWireSchema>;

/** A model in a list. */
export const modelItemWireSchema = modelWireSchema.omit({ params: true }).meta({ id: "ModelItem" });

/** One model by itself. */
export const modelDetailWireSchema = modelWireSchema
  .extend({
    param_modes: z.record(z.string(), z.enum(["default", "fixed", "max"])),
    base_access: z
      .enum(["inherit", "delegate"])
      .nullable()
      .describe("Whether its readers call through it without reading the base; `null` where there is none."),
    notes: z.array(z.string()).optional().describe("What was read differently from how it was sent."),
  })
  .meta({ id: "Model" });
export type ModelDetailWire = z.output<typeof modelDetailWireSchema>;

function lifecycleWireSchema() {
  const { deprecatedAt, retiresAt, retired, successorId, note } = lifecycleViewSchema.shape;
  return z.object({
    deprecated_at: deprecatedAt,
    retires_at: retiresAt,
    retired,
    successor_id: successorId,
    note,
  });
}

/** @param definition What is stored, for those who may change the model; `undefined` leaves params and meta to the catalog. */
export function toModelWire(
  snapshot: CatalogSnapshot,
  row: ModelRow,
  definition?: ModelDefinition | null,
): ModelWire {
  const entry = snapshot.findByUid(row.uid);
  return {
    id: row.id,
    user_id: entry === undefined ? row.ownerId : userIdOf(entry),
    base_model_id: row.baseModelId ?? definition?.baseId ?? null,
    name: row.name,
    params: definition ? withOwnParams(definition) : {},
    meta: toMetaWire(row, definition ?? undefined),
    ...toAccessWire(snapshot, row, entry),
    is_active: row.isActive,
    updated_at: toSeconds(row.updatedAt),
    created_at: toSeconds(row.createdAt),
    write_access: row.mayWrite,
    uid: row.uid,
    kind: row.kind,
    status: row.status,
    provider: row.provider,
    callable: row.callable,
    revision: row.revision,
    context_length: row.contextLength,
    resolved_capabilities: row.capabilities,
    lifecycle: row.lifecycle && {
      deprecated_at: row.lifecycle.deprecatedAt,
      retires_at: row.lifecycle.retiresAt,
      retired: row.lifecycle.retired,
      successor_id: row.lifecycle.successorId,
      note: row.lifecycle.note,
    },
  };
}

export function toSeconds(iso: string): number {
  return Math.floor(Date.parse(iso) / 1_000);
}

function userIdOf(entry: CatalogEntry): string | null {
  return entry.kind === "custom" ? entry.record.ownerId : (entry.override?.createdBy ?? null);
}

/** Whom it is shared with is for those who may change it; others learn whether everybody may use it. */
function toAccessWire(snapshot: CatalogSnapshot, row: ModelRow, entry: CatalogEntry | undefined) {
  const { access, inherited } =
    entry === undefined || !row.mayWrite
      ? { access: { kind: row.visibility === "public" ? "public" : "private" } as const, inherited: false }
      : findEffectiveAccess(snapshot, entry);
  return {
    access_control: toWire(access),
    access_inherited: inherited,
    access_grants: toAccessGrants(access),
  };
}

function toMetaWire(row: ModelRow, definition: ModelDefinition | undefined): ModelWire["meta"] {
  const image = row.imageUrl ?? `${modelImagePath}?id=${row.uid}`;
  const common = { description: row.description === "" ? null : row.description };
  const tags = row.tags.map((name) => ({ name }));
  if (definition === undefined) {
    const declared = Object.entries(row.capabilities).flatMap(([name, capability]) =>
      capability.source === "declared" ? [[name, capability.value] as const] : [],
    );
    return {
      ...common,
      profile_image_url: image,
      capabilities: declared.length === 0 ? null : Object.fromEntries(declared),
      tags,
      hidden: row.hidden,
    };
  }
  // safe: it was parsed by the schema of meta when it was stored
  const { extra, capabilities, ...meta } = definition.meta as Readonly<Record<string, JsonValue>>;
  const { openwebui_capabilities: others, openwebui_params: _, ...rest } = toObject(extra);
  const declared = { ...toObject(capabilities), ...toObject(others) };
  return {
    ...common,
    tags: [],
    ...meta,
    ...(typeof meta["profile_image_url"] !== "string" && { profile_image_url: image }),
    capabilities: Object.keys(declared).length === 0 ? null : declared,
    ...(Object.keys(rest).length > 0 && { extra: rest }),
  } as ModelWire["meta"]; // safe: as above, with every field that the wire form must have
}

/** Open WebUI's own keys come back where they were. */
function withOwnParams({ params, meta }: ModelDefinition): ModelWire["params"] {
  // safe: both were parsed by their schemas when they were stored
  const { openwebui_params: own } = toObject((meta as Readonly<Record<string, JsonValue>>)["extra"]);
  return { ...(params as Readonly<Record<string, JsonValue>>), ...toObject(own) };
}

function toObject(value: JsonValue | undefined): Readonly<Record<string, JsonValue>> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, JsonValue>>) : {}; // safe: just looked at
}
