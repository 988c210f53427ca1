import type { ReactElement } from "react";

import { mAzure } from "../../messages/azure.ts";
import { findIssue, type Problem } from "../../lib/problem.ts";
import { Disclosure } from "../../ui/disclosure.tsx";
import { SecretField, type StoredSecret } from "../../ui/secret-field.tsx";
import { Select } from "../../ui/select.tsx";
import { TextField } from "../../ui/text-field.tsx";
import type { AzureDraft } from "./azure-draft.ts";

export type AzurePartProps = {
  azure: AzureDraft;
  set: (patch: Partial<AzureDraft>) => void;
  problem: Problem | undefined;
  storedClientSecret: StoredSecret | undefined;
};

const kinds = ["client-secret", "workload-identity", "managed-identity"] as const;

/** How the server proves to Microsoft Entra ID who it is. */
export function EntraFields({ azure, set, problem, storedClientSecret }: AzurePartProps): ReactElement {
  const { credential } = azure;
  const issue = (name: string) => findIssue(problem, "azure", "entra", "credential", name);
  const isMachine = credential === "managed-identity";
  return (
    <>
      <Select
        label={mAzure.identity()}
        help={mAzure.credentialHelp[credential]()}
        value={credential}
        onValueChange={(kind) => set({ credential: kind })}
        options={kinds.map((value) => ({ value, label: mAzure.credential[value]() }))}
      />
      {!isMachine && (
        <TextField
          label={mAzure.tenant()}
          isMono
          autoComplete="off"
          value={azure.tenantId}
          onChange={(event) => set({ tenantId: event.target.value })}
          error={issue("tenantId")}
        />
      )}
      <TextField
        label={mAzure.client()}
        isMono
        autoComplete="off"
        help={isMachine ? mAzure.clientHelpMachine() : undefined}
        value={azure.clientId}
        onChange={(event) => set({ clientId: event.target.value })}
        error={issue("clientId")}
      />
      {credential === "client-secret" && (
        <SecretField
          label={mAzure.clientSecret()}
          stored={storedClientSecret}
          value={azure.clientSecret}
          onValueChange={(clientSecret) => set({ clientSecret })}
          error={findIssue(problem, "clientSecret")}
        />
      )}
      <SovereignFields azure={azure} set={set} problem={problem} isMachine={isMachine} />
    </>
  );
}

type SovereignFieldsProps = Omit<AzurePartProps, "storedClientSecret"> & { isMachine: boolean };

/** Other clouds sign in elsewhere, for another audience. */
function SovereignFields({ azure, set, problem, isMachine }: SovereignFieldsProps): ReactElement {
  return (
    <Disclosure
      label={mAzure.sovereign()}
      isInitiallyOpen={azure.authorityHost !== "" || azure.scope !== "" || azure.managementUrl !== ""}
    >
      <div className="stack gap-4">
        {!isMachine && (
          <TextField
            label={mAzure.authority()}
            isMono
            type="url"
            autoComplete="off"
            placeholder="https://login.microsoftonline.com"
            value={azure.authorityHost}
            onChange={(event) => set({ authorityHost: event.target.value })}
            error={findIssue(problem, "azure", "entra", "credential", "authorityHost")}
          />
        )}
        <TextField
          label={mAzure.scope()}
          isMono
          autoComplete="off"
          placeholder="https://cognitiveservices.azure.com/.default"
          value={azure.scope}
          onChange={(event) => set({ scope: event.target.value })}
          error={findIssue(problem, "azure", "entra", "scope")}
        />
        {azure.isDiscovered && (
          <TextField
            label={mAzure.managementUrl()}
            isMono
            type="url"
            autoComplete="off"
            placeholder="https://management.azure.com"
            value={azure.managementUrl}
            onChange={(event) => set({ managementUrl: event.target.value })}
            error={findIssue(problem, "azure", "entra", "discovery", "managementUrl")}
          />
        )}
      </div>
    </Disclosure>
  );
}
