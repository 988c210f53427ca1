import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { mAzure } from "../../messages/azure.ts";
import { findIssue, type Problem } from "../../lib/problem.ts";
import { RadioGroup, Switch } from "../../ui/choices.tsx";
import { Select } from "../../ui/select.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { readTargetUri } from "./azure-address.ts";
import type { AzureDraft } from "./azure-draft.ts";
import { AzureFields } from "./azure-fields.tsx";
import { type ConnectionDraft, defaultUrls, suggestName } from "./connection-draft.ts";
import { SignInFields, type StoredSecrets, toAuthTypeOf } from "./sign-in-fields.tsx";
import { VisibilityField } from "./visibility-field.tsx";

export type ConnectionFormProps = {
  draft: ConnectionDraft;
  onChange: (draft: ConnectionDraft) => void;
  problem: Problem | undefined;
  scope: "essentials" | "all";
  stored?: StoredSecrets | undefined;
  /** The provider of a saved connection never changes. */
  isSaved?: boolean;
};

export function ConnectionForm(props: ConnectionFormProps): ReactElement {
  return (
    <div className="stack gap-4">
      <Endpoint {...props} />
      {props.scope === "all" && <Listing {...props} />}
    </div>
  );
}

function Endpoint({ draft, onChange, problem, stored, isSaved = false }: ConnectionFormProps): ReactElement {
  const set = (patch: Partial<ConnectionDraft>): void => onChange({ ...draft, ...patch });
  const setProvider = (provider: ConnectionDraft["provider"]): void => {
    const isUntouched = Object.values(defaultUrls).includes(draft.url);
    const authType = toAuthTypeOf(provider, draft.authType);
    set({ provider, authType, ...(isUntouched && { url: defaultUrls[provider] }) });
  };
  const isAzure = draft.provider === "azure-openai";
  const setAzure = (patch: Partial<AzureDraft>): void => set({ azure: { ...draft.azure, ...patch } });
  const setUrl = (url: string): void => set(isAzure ? { url, ...readTarget(url, draft.azure) } : { url });
  return (
    <>
      <RadioGroup
        label={m.connections.provider()}
        value={draft.provider}
        onValueChange={setProvider}
        isDisabled={isSaved}
        options={[
          { value: "ollama", label: m.provider.ollama() },
          { value: "openai", label: m.provider.openai(), help: m.connections.openaiHelp() },
          { value: "azure-openai", label: m.provider["azure-openai"]() },
        ]}
      />
      <TextField
        label={m.connections.url()}
        isMono
        type="url"
        autoComplete="off"
        value={draft.url}
        onChange={(event) => setUrl(event.target.value)}
        help={isAzure ? mAzure.urlHelp() : undefined}
        placeholder={isAzure ? mAzure.urlHint() : undefined}
        error={findIssue(problem, "url")}
      />
      <TextField
        label={m.connections.name()}
        placeholder={suggestName(draft.url)}
        autoComplete="off"
        value={draft.name}
        onChange={(event) => set({ name: event.target.value })}
        error={findIssue(problem, "name")}
      />
      <SignInFields draft={draft} set={set} problem={problem} stored={stored} />
      {isAzure && (
        <AzureFields
          url={draft.url}
          authType={draft.authType}
          azure={draft.azure}
          set={setAzure}
          problem={problem}
          storedClientSecret={stored?.clientSecret}
        />
      )}
    </>
  );
}

/** What someone pasted fills the fields that it names. */
function readTarget(text: string, azure: AzureDraft): { url?: string; azure?: AzureDraft } {
  const target = readTargetUri(text);
  if (target === undefined) return {};
  const { url, apiVersion, deployment } = target;
  const isNew = deployment !== undefined && azure.deployments.every(({ name }) => name !== deployment);
  const id = Math.max(-1, ...azure.deployments.map((row) => row.id)) + 1;
  const deployments = isNew ? [...azure.deployments, { id, name: deployment, model: "" }] : azure.deployments;
  return { url, azure: { ...azure, apiVersion, deployments } };
}

function Listing({ draft, onChange, problem }: ConnectionFormProps): ReactElement {
  const set = (patch: Partial<ConnectionDraft>): void => onChange({ ...draft, ...patch });
  const prefix = draft.prefix.trim();
  return (
    <>
      <TextField
        label={m.connections.prefix()}
        isMono
        autoComplete="off"
        value={draft.prefix}
        onChange={(event) => set({ prefix: event.target.value })}
        help={m.connections.prefixHelp({ prefix })}
        error={findIssue(problem, "prefix")}
      />
      <TextField
        label={m.connections.tags()}
        help={m.connections.tagsHelp()}
        autoComplete="off"
        value={draft.tags}
        onChange={(event) => set({ tags: event.target.value })}
        error={findIssue(problem, "tags")}
      />
      <VisibilityField
        value={draft.visibility}
        onChange={(visibility) => set({ visibility })}
        error={findIssue(problem, "defaultVisibility")}
      />
      <Select
        label={m.connections.filter()}
        value={draft.filterMode}
        onValueChange={(filterMode) => set({ filterMode })}
        options={(["all", "only", "except", "static"] as const).map((value) => ({
          value,
          label: m.connections.filterMode[value](),
        }))}
      />
      {draft.filterMode !== "all" && (
        <TextArea
          label={m.connections.filterIds()}
          help={m.connections.filterIdsHelp()}
          isMono
          spellCheck={false}
          value={draft.filterIds}
          onValueChange={(filterIds) => set({ filterIds })}
          error={findIssue(problem, "models")}
        />
      )}
      <Switch
        label={m.connections.enabled()}
        help={m.connections.enabledHelp()}
        isChecked={draft.enabled}
        onChange={(enabled) => set({ enabled })}
      />
    </>
  );
}
