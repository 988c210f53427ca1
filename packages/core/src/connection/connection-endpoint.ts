import { z } from "zod";
import { DomainError } from "../error/domain-error.ts";
import {
  azureApiVersionSchema,
  azureDeploymentsSchema,
  azurePublicCloud,
  entraSettingsSchema,
  type EntraSettings,
} from "./azure-settings.ts";
import { originOf } from "./connection-address.ts";

export const providerKinds = ["ollama", "openai", "azure-openai"] as const;
export type ProviderKind = (typeof providerKinds)[number];

const plainAuthTypes = ["none", "bearer", "headers"] as const;
const azureKeyAuthTypes = ["api-key", "bearer", "headers"] as const;
export const authTypes = [...plainAuthTypes, "api-key", "entra"] as const;
export type AuthType = (typeof authTypes)[number];

/** Which ways to sign in each kind of provider knows. */
export const authTypesOf = {
  ollama: plainAuthTypes,
  openai: plainAuthTypes,
  "azure-openai": ["api-key", "entra", "bearer", "headers"],
} as const satisfies Record<ProviderKind, readonly AuthType[]>;

const azureShape = {
  apiVersion: azureApiVersionSchema.default(null),
  deployments: azureDeploymentsSchema.default([]),
};
/** With a key, Entra ID is there to list deployments, or for nothing. */
export const azureSettingsSchema = z.strictObject({
  ...azureShape,
  entra: entraSettingsSchema.nullable().default(null),
});
export type AzureSettings = z.output<typeof azureSettingsSchema>;

const whenMissing = ({ input }: { readonly input?: unknown }) =>
  input === undefined || input === null ? "is required to sign in by Entra ID" : undefined;

const plainShape = {
  provider: z.enum(["ollama", "openai"]),
  authType: z.enum(plainAuthTypes, "must be none, bearer or headers for this provider").default("none"),
  azure: z.null("belongs to Azure OpenAI alone").default(null),
};
const azureKeyShape = {
  provider: z.literal("azure-openai"),
  authType: z.enum(azureKeyAuthTypes),
  azure: azureSettingsSchema.prefault({}),
};
const azureEntraShape = {
  provider: z.literal("azure-openai"),
  authType: z.literal("entra"),
  azure: z.strictObject(
    {
      ...azureShape,
      entra: z.strictObject(entraSettingsSchema.shape, { error: whenMissing }),
    },
    { error: whenMissing },
  ),
};

/** An object of the endpoint's kind: what does not belong together does not parse, nor type-check. */
export function endpointSchema<const Shape extends z.ZodRawShape>(shape: Shape) {
  return z.discriminatedUnion("provider", [
    z.strictObject({ ...plainShape, ...shape }),
    z.discriminatedUnion(
      "authType",
      [z.strictObject({ ...azureKeyShape, ...shape }), z.strictObject({ ...azureEntraShape, ...shape })],
      { error: `must be ${authTypesOf["azure-openai"].join(", ")} for Azure OpenAI` },
    ),
  ]);
}

const bareEndpointSchema = endpointSchema({});
/** Kind of the provider, how we sign in, and what Azure alone has. */
export type ConnectionEndpoint = z.output<typeof bareEndpointSchema>;

/** The endpoint's part of a connection, or of anything else that has one. */
export function toEndpoint(whole: Readonly<ConnectionEndpoint>): ConnectionEndpoint {
  // Pair by pair, so that the compiler sees each one stay together.
  if (whole.provider !== "azure-openai") {
    return { provider: whole.provider, authType: whole.authType, azure: whole.azure };
  }
  const { provider } = whole;
  if (whole.authType === "entra") return { provider, authType: whole.authType, azure: whole.azure };
  return { provider, authType: whole.authType, azure: whole.azure };
}

/** @throws DomainError `invalid_input` where the parts do not belong together. */
export function parseEndpoint(parts: { [K in keyof ConnectionEndpoint]: unknown }): ConnectionEndpoint {
  const parsed = bareEndpointSchema.safeParse(parts);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.map(toPathPart), message }));
  throw new DomainError("invalid_input", "The connection's settings do not belong together.", {
    details: { issues },
  });
}

/** The client secret is needed, here or for discovery. */
export function usesClientSecret({ azure }: ConnectionEndpoint): boolean {
  return azure?.entra?.credential.kind === "client-secret";
}

/** Every place that an endpoint's secrets, or tokens bought with them, are sent to. */
export function secretHomes(url: string, { azure }: ConnectionEndpoint) {
  const entra: EntraSettings | null = azure?.entra ?? null;
  const authority = entra?.credential.kind === "managed-identity" ? null : entra?.credential.authorityHost;
  return {
    endpoint: originOf(url),
    authority: originOf(authority ?? azurePublicCloud.authorityHost),
    management: originOf(entra?.discovery?.managementUrl ?? azurePublicCloud.managementUrl),
  };
}

function toPathPart(part: PropertyKey): string | number {
  return typeof part === "number" ? part : String(part);
}
