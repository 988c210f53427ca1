import { z } from "zod";

/** Where Azure's public cloud signs in and is managed, for settings that name no other place. */
export const azurePublicCloud = {
  authorityHost: "https://login.microsoftonline.com",
  managementUrl: "https://management.azure.com",
} as const;

/** A sovereign cloud's host is another one. Tokens and client secrets go there, so never over plain http. */
const hostUrlSchema = z
  .url({ protocol: /^https$/u, error: "must be an https address" })
  .max(2048)
  .refine((url) => {
    const { pathname, search, hash, username, password } = new URL(url);
    return pathname === "/" && search + hash + username + password === "";
  }, "must be a host alone, without a path")
  .nullable()
  .default(null);

const tenantIdSchema = z
  .string()
  .regex(/^[0-9A-Za-z](?:[0-9A-Za-z.-]{0,252}[0-9A-Za-z])?$/u, "must be a tenant's id or domain name");
const clientIdSchema = z.guid("must be an application's (client) id");

/** How the server proves to Microsoft Entra ID who it is. The client secret itself is a secret, kept apart. */
const entraCredentialSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("client-secret"),
    tenantId: tenantIdSchema,
    clientId: clientIdSchema,
    authorityHost: hostUrlSchema,
  }),
  /** A token file that the platform gives, e.g. Kubernetes; `null`: as the platform's variables say. */
  z.strictObject({
    kind: z.literal("workload-identity"),
    tenantId: tenantIdSchema.nullable().default(null),
    clientId: clientIdSchema.nullable().default(null),
    authorityHost: hostUrlSchema,
  }),
  /** The identity of the machine in Azure; `null`: the one that the system assigned. */
  z.strictObject({
    kind: z.literal("managed-identity"),
    clientId: clientIdSchema.nullable().default(null),
  }),
]);
export type EntraCredential = z.output<typeof entraCredentialSchema>;

/** Where Azure Resource Manager lists the deployments of one resource. */
const armDiscoverySchema = z.strictObject({
  subscriptionId: z.guid("must be a subscription's id"),
  resourceGroup: z
    .string()
    .max(90)
    .regex(/^[\p{L}\p{N}_().-]*[\p{L}\p{N}_()-]$/u, "must be a resource group's name"),
  /** Name of the Azure OpenAI or Foundry resource. */
  account: z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?$/u, "must be a resource's name"),
  managementUrl: hostUrlSchema,
});
export type ArmDiscovery = z.output<typeof armDiscoverySchema>;

export const entraSettingsSchema = z.strictObject({
  credential: entraCredentialSchema,
  /** What the token is for; `null`: Azure's cognitive services in the public cloud. */
  scope: z
    .string()
    .max(512)
    .regex(/^(?:https|api):\/\/[^\s?#]+\/\.default$/u, "must be an address that ends with /.default")
    .nullable()
    .default(null),
  /** Lists the deployments by themselves. It needs a token, never a key, also where calls go by key. */
  discovery: armDiscoverySchema.nullable().default(null),
});
export type EntraSettings = z.output<typeof entraSettingsSchema>;

/** A deployment that somebody named by hand. Its name says nothing of its model, so `model` does. */
export const azureDeploymentSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]{0,63}$/u, "must be letters, digits, dots, hyphens or underscores, at most 64"),
  model: z.string().trim().min(1).max(128).nullable().default(null),
});
export type AzureDeployment = z.output<typeof azureDeploymentSchema>;

export const azureDeploymentsSchema = z
  .array(azureDeploymentSchema)
  .max(500)
  .superRefine((deployments, context) => {
    const seen = new Set<string>();
    for (const [index, { name }] of deployments.entries()) {
      if (seen.has(name.toLowerCase())) {
        context.addIssue({ code: "custom", path: [index, "name"], message: "is listed twice" });
      }
      seen.add(name.toLowerCase());
    }
  });

/** `null`: none is sent, as the `/openai/v1` surface has it. */
export const azureApiVersionSchema = z
  .string()
  .regex(/^(?:\d{4}-\d{2}-\d{2}(?:-preview)?|v1|preview|latest)$/u, "must look like 2024-10-21")
  .nullable();
