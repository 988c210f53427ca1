import type { AuthType, ProviderKind } from "@corral/core";
import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { mAzure } from "../../messages/azure.ts";
import { findIssue, type Problem } from "../../lib/problem.ts";
import { SecretField, type StoredSecret } from "../../ui/secret-field.tsx";
import { Select } from "../../ui/select.tsx";
import { type ConnectionDraft, usesKey } from "./connection-draft.ts";
import { EntraFields } from "./entra-fields.tsx";
import { HeadersField } from "./headers-field.tsx";

export type StoredSecrets = { key?: StoredSecret | undefined; clientSecret?: StoredSecret | undefined };

type SignInFieldsProps = {
  draft: ConnectionDraft;
  set: (patch: Partial<ConnectionDraft>) => void;
  problem: Problem | undefined;
  stored: StoredSecrets | undefined;
};

/** The server has the same table, and the last word. */
function optionsOf(provider: ProviderKind): readonly { value: AuthType; label: string }[] {
  if (provider !== "azure-openai") {
    return [
      { value: "none", label: m.connections.authNone() },
      { value: "bearer", label: m.connections.authKey() },
      { value: "headers", label: m.connections.authHeaders() },
    ];
  }
  return [
    { value: "api-key", label: m.connections.authKey() },
    { value: "entra", label: mAzure.authEntra() },
    { value: "bearer", label: mAzure.authBearer() },
    { value: "headers", label: m.connections.authHeaders() },
  ];
}

/** The way to sign in that suits a kind of provider, if the one chosen before does not. */
export function toAuthTypeOf(provider: ProviderKind, chosen: AuthType): AuthType {
  if (provider === "azure-openai") return chosen === "entra" || chosen === "headers" ? chosen : "api-key";
  if (chosen === "headers") return chosen;
  return provider === "openai" || chosen === "bearer" ? "bearer" : "none";
}

export function SignInFields({ draft, set, problem, stored }: SignInFieldsProps): ReactElement {
  const { authType } = draft;
  return (
    <>
      <Select
        label={m.connections.auth()}
        value={authType}
        onValueChange={(next) => set({ authType: next })}
        options={optionsOf(draft.provider)}
        error={findIssue(problem, "authType")}
      />
      {usesKey(authType) && (
        <SecretField
          label={m.connections.key()}
          stored={stored?.key}
          value={draft.key}
          onValueChange={(key) => set({ key })}
          error={findIssue(problem, "key")}
        />
      )}
      {authType === "entra" && (
        <EntraFields
          azure={draft.azure}
          set={(patch) => set({ azure: { ...draft.azure, ...patch } })}
          problem={problem}
          storedClientSecret={stored?.clientSecret}
        />
      )}
      {authType === "headers" && (
        <HeadersField headers={draft.headers} onChange={(headers) => set({ headers })} problem={problem} />
      )}
    </>
  );
}
