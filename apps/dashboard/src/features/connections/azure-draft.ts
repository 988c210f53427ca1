import type { AuthType, AzureSettings, EntraCredential, EntraSettings } from "@corral/core";

/** A deployment as typed; `model` may be empty. */
export type DeploymentDraft = { id: number; name: string; model: string };

/** What Azure OpenAI alone has, while someone edits it. Empty text is what the server takes for "not said". */
export type AzureDraft = {
  apiVersion: string;
  deployments: readonly DeploymentDraft[];
  credential: EntraCredential["kind"];
  tenantId: string;
  clientId: string;
  /** `undefined` leaves the stored secret. */
  clientSecret: string | undefined;
  authorityHost: string;
  scope: string;
  isDiscovered: boolean;
  subscriptionId: string;
  resourceGroup: string;
  account: string;
  managementUrl: string;
};

export function emptyAzure(): AzureDraft {
  return {
    apiVersion: "2024-10-21",
    deployments: [],
    credential: "client-secret",
    tenantId: "",
    clientId: "",
    clientSecret: undefined,
    authorityHost: "",
    scope: "",
    isDiscovered: false,
    subscriptionId: "",
    resourceGroup: "",
    account: "",
    managementUrl: "",
  };
}

export function fromAzure({ apiVersion, deployments, entra }: AzureSettings): AzureDraft {
  const empty = emptyAzure();
  return {
    ...empty,
    apiVersion: apiVersion ?? "",
    deployments: deployments.map(({ name, model }, id) => ({ id, name, model: model ?? "" })),
    ...(entra && fromEntra(entra)),
  };
}

function fromEntra({ credential, scope, discovery }: EntraSettings): Partial<AzureDraft> {
  return {
    credential: credential.kind,
    clientId: credential.clientId ?? "",
    ...(credential.kind !== "managed-identity" && {
      tenantId: credential.tenantId ?? "",
      authorityHost: credential.authorityHost ?? "",
    }),
    scope: scope ?? "",
    ...(discovery && { ...discovery, managementUrl: discovery.managementUrl ?? "", isDiscovered: true }),
  };
}

/** A token is needed: for the calls, or to list deployments. */
export function usesEntra(authType: AuthType, azure: AzureDraft): boolean {
  return authType === "entra" || azure.isDiscovered;
}

export function toAzureSettings(draft: AzureDraft, authType: AuthType): AzureSettings {
  return {
    apiVersion: orNull(draft.apiVersion),
    deployments: draft.deployments.map(({ name, model }) => ({ name: name.trim(), model: orNull(model) })),
    entra: usesEntra(authType, draft) ? toEntra(draft) : null,
  };
}

function toEntra(draft: AzureDraft): EntraSettings {
  const { subscriptionId, resourceGroup, account } = draft;
  return {
    credential: toCredential(draft),
    scope: orNull(draft.scope),
    discovery: draft.isDiscovered
      ? {
          subscriptionId: subscriptionId.trim(),
          resourceGroup: resourceGroup.trim(),
          account: account.trim(),
          managementUrl: orNull(draft.managementUrl),
        }
      : null,
  };
}

function toCredential(draft: AzureDraft): EntraCredential {
  const authorityHost = orNull(draft.authorityHost);
  switch (draft.credential) {
    case "client-secret":
      return {
        kind: "client-secret",
        tenantId: draft.tenantId.trim(),
        clientId: draft.clientId.trim(),
        authorityHost,
      };
    case "workload-identity":
      return {
        kind: "workload-identity",
        tenantId: orNull(draft.tenantId),
        clientId: orNull(draft.clientId),
        authorityHost,
      };
    case "managed-identity":
      return { kind: "managed-identity", clientId: orNull(draft.clientId) };
  }
}

function orNull(text: string): string | null {
  const trimmed = text.trim();
  return trimmed === "" ? null : trimmed;
}
