import { explicitAccessSchema, type ExplicitAccess } from "@corral/access-control";
import { z } from "zod";
import { limits } from "../limits.ts";
import { modelParamsSchema, type ModelParams } from "../model/model-params.ts";
import type { Secret } from "../secret.ts";
import { connectionAdapterSchema, type ConnectionAdapter } from "./connection-adapter.ts";
import { isSecretReference, secretReferenceSchema, type SecretReferences } from "./secret-references.ts";
import {
  authTypes,
  azureSettingsSchema,
  endpointSchema,
  type ConnectionEndpoint,
} from "./connection-endpoint.ts";

/** Which of the models that the endpoint lists become part of the catalog. `static` asks the endpoint nothing. */
export const modelFilterSchema = z.discriminatedUnion("mode", [
  z.strictObject({ mode: z.literal("all") }),
  z.strictObject({
    mode: z.literal("only"),
    ids: z.array(z.string().min(1)).min(1).max(limits.upstreamModels),
  }),
  z.strictObject({ mode: z.literal("except"), ids: z.array(z.string().min(1)).max(limits.upstreamModels) }),
  z.strictObject({
    mode: z.literal("static"),
    ids: z.array(z.string().min(1)).min(1).max(limits.upstreamModels),
  }),
]);
export type ModelFilter = z.output<typeof modelFilterSchema>;

export const connectionTimeoutsSchema = z.strictObject({
  connectMs: z.int().min(100).max(60_000).optional(),
  firstByteMs: z.int().min(1_000).max(3_600_000).optional(),
  idleMs: z.int().min(1_000).max(3_600_000).optional(),
  totalMs: z
    .int()
    .min(1_000)
    .max(24 * 3_600_000)
    .optional(),
  listMs: z.int().min(500).max(60_000).optional(),
});
export type ConnectionTimeouts = z.output<typeof connectionTimeoutsSchema>;

/** What every connection has, of whatever kind. */
export type ConnectionFields = {
  readonly uid: string;
  /** Short stable name, lower case, unique; addresses a shadowed model as `<slug>/<id>`. */
  readonly slug: string;
  readonly name: string;
  /** Base URL without trailing slash, e.g. `http://127.0.0.1:11434` or `https://api.openai.com/v1`. */
  readonly url: string;
  /** Fingerprint of the stored key, `null` without one. Never a part of the key. */
  readonly keyFingerprint: string | null;
  readonly keySetAt: string | null;
  /** Of the client secret that Entra ID knows us by. */
  readonly clientSecretFingerprint: string | null;
  readonly clientSecretSetAt: string | null;
  /** Names of the extra headers; their values are secrets. */
  readonly headerNames: readonly string[];
  /** Those of the secrets that are not stored, with where the server finds them at each use. */
  readonly secretReferences: SecretReferences;
  readonly enabled: boolean;
  /** Gives public ids the form `prefix.id`. Unique. */
  readonly prefix: string | null;
  readonly tags: readonly string[];
  readonly connectionType: "local" | "external";
  readonly models: ModelFilter;
  readonly defaultVisibility: ExplicitAccess;
  readonly params: ModelParams;
  readonly timeouts: ConnectionTimeouts;
  readonly adapter: ConnectionAdapter;
  /** Calls at the same time; `null` is the provider kind's default. */
  readonly concurrency: number | null;
  readonly position: number;
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** One configured endpoint. Secrets are apart: see {@link ConnectionSecrets}. */
export type Connection = ConnectionFields & Readonly<ConnectionEndpoint>;

/** What is sent to prove who we are. Kept encrypted, given only to the provider factory. */
export type ConnectionSecrets = {
  readonly key: Secret | null;
  /** What an application proves to Microsoft Entra ID with. */
  readonly clientSecret: Secret | null;
  readonly headers: Readonly<Record<string, Secret>>;
};

const slugSchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/u,
    "must be lower-case letters, digits and inner hyphens, at most 32",
  );
const prefixSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,30}[A-Za-z0-9])?$/u,
    "must be letters, digits, inner hyphens or underscores, at most 32",
  );
const headerNameSchema = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/u, "is not a header name");
/** A secret, or the reference to one. What a form shows in a secret's place is neither. */
const headerValueSchema = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[\t\u0020-\u007e\u0080-\u00ff]*$/u, "must not contain line breaks")
  .refine((value) => value.trim() !== "" && !isPlaceholder(value), "is a placeholder, not a value")
  .refine(isWholeReference, "must be env:NAME or file:/path to be a reference");
export const connectionKeySchema = z
  .string()
  .trim()
  .min(1)
  .max(8192)
  .refine((key) => !isPlaceholder(key), "is a placeholder, not a key")
  .regex(/^[\u0021-\u007e]+$/u, "must be printable ASCII without spaces")
  .refine(isWholeReference, "must be env:NAME or file:/path to be a reference");

/** Masks as forms and exports show them, whole or with the first or last characters of a key. */
function isPlaceholder(text: string): boolean {
  return (
    /^(?:[*•●·.…]+|[xX]{4,}|[_-]{3,})$/u.test(text.trim()) ||
    /[*•●…]{3}|[•●…]/u.test(text) ||
    /^[[<({](?:redacted|hidden|masked|unchanged|secret)[\]>)}]$/iu.test(text.trim())
  );
}

function isWholeReference(text: string): boolean {
  return !isSecretReference(text) || secretReferenceSchema.safeParse(text).success;
}

/** Headers that Corral sets itself or never forwards. */
const ownedHeaders = new Set([
  "host",
  "content-length",
  "content-type",
  "transfer-encoding",
  "connection",
  "cookie",
  "accept-encoding",
  "expect",
  "upgrade",
  "te",
  "trailer",
  "keep-alive",
]);

const headersSchema = z
  .record(headerNameSchema, headerValueSchema)
  .refine((headers) => Object.keys(headers).length <= 32, "at most 32 headers")
  .superRefine((headers, context) => {
    for (const name of Object.keys(headers)) {
      if (ownedHeaders.has(name.toLowerCase()))
        context.addIssue({ code: "custom", path: [name], message: "is set by Corral itself" });
    }
  });

const editableShape = {
  name: z.string().trim().min(1).max(limits.nameLength),
  slug: slugSchema,
  url: z.url({ protocol: /^https?$/u, error: "must be an http or https address" }).max(2048),
  enabled: z.boolean(),
  prefix: prefixSchema.nullable(),
  tags: z.array(z.string().trim().min(1).max(limits.tagLength)).max(limits.tagCount),
  connectionType: z.enum(["local", "external"]),
  models: modelFilterSchema,
  defaultVisibility: explicitAccessSchema,
  params: modelParamsSchema,
  timeouts: connectionTimeoutsSchema,
  adapter: connectionAdapterSchema,
  concurrency: z.int().min(1).max(10_000).nullable(),
  position: z.int().min(0),
} as const;

/** Beside what {@link endpointSchema} has. */
const draftShape = {
  url: editableShape.url,
  /** The key itself. Absent: none. */
  key: connectionKeySchema.optional(),
  clientSecret: connectionKeySchema.optional(),
  headers: headersSchema.optional(),
  timeouts: editableShape.timeouts.optional(),
  adapter: editableShape.adapter.optional(),
} as const;

/** What verify and create need to reach an endpoint. */
export const connectionDraftSchema = endpointSchema(draftShape);
export type ConnectionDraft = z.output<typeof connectionDraftSchema>;

export const createConnectionSchema = endpointSchema({
  ...draftShape,
  name: editableShape.name,
  slug: editableShape.slug.optional(),
  enabled: editableShape.enabled.default(true),
  prefix: editableShape.prefix.default(null),
  tags: editableShape.tags.default([]),
  connectionType: editableShape.connectionType.optional(),
  models: editableShape.models.default({ mode: "all" }),
  defaultVisibility: editableShape.defaultVisibility.default({ kind: "private" }),
  params: editableShape.params.default({}),
  concurrency: editableShape.concurrency.default(null),
});
export type CreateConnection = z.output<typeof createConnectionSchema>;

export const previewPrefixSchema = z.strictObject({
  uid: z.uuid(),
  prefix: editableShape.prefix,
});
export type PreviewPrefix = z.output<typeof previewPrefixSchema>;

/** A patch, one level deep: a field that is present replaces its whole value, an absent one stays. */
export const updateConnectionSchema = z.strictObject({
  uid: z.uuid(),
  revision: z.int().min(1),
  ...z.strictObject(editableShape).partial().shape,
  /** Judged together with what is stored: not every kind of provider knows every way to sign in. */
  authType: z.enum(authTypes).optional(),
  azure: azureSettingsSchema.optional(),
  /** Absent keeps the stored key, `null` removes it, a string replaces it. */
  key: connectionKeySchema.nullable().optional(),
  /** As the key. */
  clientSecret: connectionKeySchema.nullable().optional(),
  /** Absent keeps; `null` as a value removes that header. */
  headers: z.record(headerNameSchema, headerValueSchema.nullable()).optional(),
});
export type UpdateConnection = z.output<typeof updateConnectionSchema>;
