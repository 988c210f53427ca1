import { permissions } from "@corral/access-control";
import { z } from "zod";
import { azureSettingsSchema, authTypes, providerKinds } from "../connection/connection-endpoint.ts";
import { updateConnectionSchema } from "../connection/connection.ts";
import { policyActionsSchema, policyMatchSchema } from "../discovery/discovery-policy.ts";
import { secretReferencesSchema } from "../connection/secret-references.ts";
import { limits } from "../limits.ts";
import { modelIdSchema } from "../model/model-id.ts";
import { updateModelSchema } from "../model/model-input.ts";
import { profileImageUrlSchema } from "../model/profile-image.ts";
import { updateAliasSchema } from "../name/alias.ts";
import { documentAccessSchema, explicitDocumentAccessSchema } from "./document-access.ts";

/** The version of the format. A document of another one is refused as a whole. */
export const documentVersion = 1;

/** Who states a document. Objects that it made bear this as their owner mark. */
export const documentSourceSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,62}[A-Za-z0-9])?$/u,
    "must be letters, digits and inner dots, slashes, hyphens or underscores, at most 64",
  );

const modelShape = updateModelSchema.shape;
const connectionShape = updateConnectionSchema.shape;

/** One model: the same fields as `models.create`, with people, groups and bases by name. Absent fields are not managed. */
export const modelItemSchema = z.strictObject({
  id: modelIdSchema,
  /** `null` or absent: what is stored about a provider's own model. */
  baseModelId: modelShape.baseModelId,
  name: modelShape.name,
  /** Of a custom model, by e-mail address; `null`: nobody, administrators manage it. */
  owner: z.string().min(1).max(320).nullable().optional(),
  isActive: modelShape.isActive,
  access: documentAccessSchema.optional(),
  params: modelShape.params,
  paramModes: modelShape.paramModes,
  meta: modelShape.meta,
});
export type ModelItem = z.output<typeof modelItemSchema>;

export const groupItemSchema = z.strictObject({
  name: z
    .string()
    .transform((name) => name.normalize("NFC").trim())
    .pipe(z.string().min(1).max(limits.nameLength)),
  description: z.string().max(limits.descriptionLength).optional(),
  /** By e-mail address. */
  members: z.array(z.string().min(1).max(320)).max(10_000).optional(),
});
export type GroupItem = z.output<typeof groupItemSchema>;

export const connectionItemSchema = z.strictObject({
  /** Names the connection: it never changes with a document. */
  slug: connectionShape.slug.unwrap(),
  name: connectionShape.name,
  provider: z.enum(providerKinds),
  authType: z.enum(authTypes).optional(),
  azure: azureSettingsSchema.nullable().optional(),
  url: connectionShape.url,
  enabled: connectionShape.enabled,
  position: connectionShape.position,
  prefix: connectionShape.prefix,
  tags: connectionShape.tags,
  connectionType: connectionShape.connectionType,
  models: connectionShape.models,
  defaultVisibility: explicitDocumentAccessSchema.optional(),
  params: connectionShape.params,
  timeouts: connectionShape.timeouts,
  concurrency: connectionShape.concurrency,
  /** What is left out stays as it is stored. */
  secrets: secretReferencesSchema.optional(),
});
export type ConnectionItem = z.output<typeof connectionItemSchema>;

/** One rule for newly discovered models. Their order is the one they stand in. */
export const policyItemSchema = z.strictObject({
  name: modelShape.name.unwrap(),
  enabled: z.boolean().optional(),
  match: z
    .strictObject({
      ...policyMatchSchema.shape,
      /** By slug. */
      connections: z.array(z.string().min(1).max(64)).min(1).max(200).optional(),
    })
    .optional(),
  actions: z
    .strictObject({ ...policyActionsSchema.shape, access: explicitDocumentAccessSchema.optional() })
    .optional(),
});
export type PolicyItem = z.output<typeof policyItemSchema>;

/** A name that stands for one or more models, which it names as everybody calls them. */
export const aliasItemSchema = z.strictObject({
  id: modelIdSchema,
  description: updateAliasSchema.shape.description,
  targets: updateAliasSchema.shape.targets,
});
export type AliasItem = z.output<typeof aliasItemSchema>;

export const settingsItemSchema = z.strictObject({
  adminBypass: z.boolean().optional(),
  memberPermissions: z.array(z.enum(permissions)).optional(),
  signUpOpen: z.boolean().optional(),
});
export type SettingsItem = z.output<typeof settingsItemSchema>;

/** The frame. Items are read one by one, so that a wrong one does not keep the others out. */
export const documentFrameSchema = z.strictObject({
  corral: z.literal(documentVersion, `must be ${documentVersion}: the version of the format`),
  source: documentSourceSchema,
  settings: z.unknown().optional(),
  groups: z.array(z.unknown()).max(limits.documentItems).optional(),
  connections: z.array(z.unknown()).max(limits.documentItems).optional(),
  policies: z.array(z.unknown()).max(limits.discoveryPolicies).optional(),
  models: z.array(z.unknown()).max(limits.documentItems).optional(),
  aliases: z.array(z.unknown()).max(limits.documentItems).optional(),
  /** Pictures by the SHA-256 of their bytes, which models and policies name as `corral-image:<hash>`. */
  images: z.record(z.string().regex(/^[0-9a-f]{64}$/u), profileImageUrlSchema).optional(),
  /** Revisions, owners and times, for people who read. Nothing is ever applied from here. */
  stamps: z.unknown().optional(),
});

/** What a document can hold, in the order in which it is applied. */
export const itemKinds = ["settings", "group", "connection", "policy", "model", "alias"] as const;
export type ItemKind = (typeof itemKinds)[number];

export type ItemOf = {
  readonly settings: SettingsItem;
  readonly group: GroupItem;
  readonly connection: ConnectionItem;
  readonly policy: PolicyItem;
  readonly model: ModelItem;
  readonly alias: AliasItem;
};
