import type { AuthType } from "@corral/core";
import type { ReactElement } from "react";

import { mAzure } from "../../messages/azure.ts";
import { findIssue } from "../../lib/problem.ts";
import { Switch } from "../../ui/choices.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { previewChatUrl } from "./azure-address.ts";
import { DeploymentsField } from "./deployments-field.tsx";
import { type AzurePartProps, EntraFields } from "./entra-fields.tsx";

type AzureFieldsProps = AzurePartProps & { url: string; authType: AuthType };

/** What Azure OpenAI alone asks for, below the address and the sign-in. */
export function AzureFields({ url, authType, ...props }: AzureFieldsProps): ReactElement {
  const { azure, set, problem } = props;
  const first = azure.deployments.find(({ name }) => name.trim() !== "")?.name.trim();
  const preview = previewChatUrl(url, azure.apiVersion, first ?? "{deployment}");
  return (
    <>
      <TextField
        label={mAzure.apiVersion()}
        help={mAzure.apiVersionHelp()}
        isMono
        autoComplete="off"
        value={azure.apiVersion}
        onChange={(event) => set({ apiVersion: event.target.value })}
        error={findIssue(problem, "azure", "apiVersion")}
      />
      <DeploymentsField
        deployments={azure.deployments}
        onChange={(deployments) => set({ deployments })}
        problem={problem}
      />
      <Switch
        label={mAzure.discover()}
        help={mAzure.discoverHelp()}
        isChecked={azure.isDiscovered}
        onChange={(isDiscovered) => set({ isDiscovered })}
      />
      {azure.isDiscovered && <DiscoveryFields {...props} />}
      {azure.isDiscovered && authType !== "entra" && <EntraFields {...props} />}
      {preview !== undefined && (
        <div className="field">
          <span className="field-label">{mAzure.preview()}</span>
          <output aria-label={mAzure.preview()} className="mono text-ink-muted break-all">
            {preview}
          </output>
        </div>
      )}
    </>
  );
}

function DiscoveryFields({ azure, set, problem }: AzurePartProps): ReactElement {
  const fields = [
    ["subscriptionId", mAzure.subscription()],
    ["resourceGroup", mAzure.resourceGroup()],
    ["account", mAzure.account()],
  ] as const;
  return (
    <>
      {fields.map(([name, label]) => (
        <TextField
          key={name}
          label={label}
          isMono
          autoComplete="off"
          value={azure[name]}
          onChange={(event) => set({ [name]: event.target.value })}
          error={findIssue(problem, "azure", "entra", "discovery", name)}
        />
      ))}
    </>
  );
}
