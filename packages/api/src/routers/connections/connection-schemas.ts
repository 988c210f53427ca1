import { explicitAccessSchema } from "@corral/access-control";
import {
  authTypes,
  azureSettingsSchema,
  circuitStates,
  connectionAdapterSchema,
  connectionStates,
  connectionTimeoutsSchema,
  modelFilterSchema,
  providerKinds,
  secretReferencesSchema,
  type Connection,
} from "@corral/core";
import { z } from "zod";

/** A connection without its secrets: a fingerprint says which key is stored, headers show their names only. */
export const connectionSchema = z.strictObject({
  uid: z.string(),
  slug: z.string(),
  name: z.string(),
  provider: z.enum(providerKinds),
  url: z.string(),
  authType: z.enum(authTypes),
  /** Of Azure OpenAI alone. */
  azure: azureSettingsSchema.nullable(),
  keyFingerprint: z.string().nullable(),
  keySetAt: z.string().nullable(),
  clientSecretFingerprint: z.string().nullable(),
  clientSecretSetAt: z.string().nullable(),
  headerNames: z.array(z.string()),
  /** Those of the secrets that are references: where the server finds them, never what it finds. */
  secretReferences: secretReferencesSchema,
  enabled: z.boolean(),
  prefix: z.string().nullable(),
  tags: z.array(z.string()),
  connectionType: z.enum(["local", "external"]),
  models: modelFilterSchema,
  defaultVisibility: explicitAccessSchema,
  params: z.record(z.string(), z.unknown()),
  timeouts: connectionTimeoutsSchema,
  adapter: connectionAdapterSchema,
  concurrency: z.number().nullable(),
  position: z.number(),
  revision: z.number(),
  createdAt: z.string(),
  updatedAt: z.string(),
});

export const connectionHealthSchema = z.strictObject({
  connectionUid: z.string(),
  state: z.enum(connectionStates),
  since: z.string(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  latencyMs: z.number().nullable(),
  lastSuccessAt: z.string().nullable(),
  modelCount: z.number(),
});

/** The endpoint as a whole (`model: null`) comes first, then each model that is not closed. */
export const circuitSchema = z.strictObject({
  model: z.string().nullable(),
  state: z.enum(circuitStates),
  since: z.string(),
  retryAfterMs: z.number().nullable(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  consecutiveFailures: z.number(),
});

export function toConnectionOutput(connection: Connection): z.output<typeof connectionSchema> {
  return { ...connection, headerNames: [...connection.headerNames], tags: [...connection.tags] };
}
