import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { findIssue, type Problem } from "../../lib/problem.ts";
import { RadioGroup, Switch } from "../../ui/choices.tsx";
import { SecretField, type StoredSecret } from "../../ui/secret-field.tsx";
import { Select } from "../../ui/select.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { type ConnectionDraft, defaultUrls, suggestName } from "./connection-draft.ts";
import { HeadersField } from "./headers-field.tsx";
import { VisibilityField } from "./visibility-field.tsx";

export type ConnectionFormProps = {
  draft: ConnectionDraft;
  onChange: (draft: ConnectionDraft) => void;
  problem: Problem | undefined;
  scope: "essentials" | "all";
  storedKey?: StoredSecret | undefined;
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

function Endpoint({
  draft,
  onChange,
  problem,
  storedKey,
  isSaved = false,
}: ConnectionFormProps): ReactElement {
  const set = (patch: Partial<ConnectionDraft>): void => onChange({ ...draft, ...patch });
  const setProvider = (provider: ConnectionDraft["provider"]): void => {
    const isUntouched = Object.values(defaultUrls).includes(draft.url);
    const authType = provider === "openai" && draft.authType === "none" ? "bearer" : draft.authType;
    set({ provider, authType, ...(isUntouched && { url: defaultUrls[provider] }) });
  };
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
        ]}
      />
      <TextField
        label={m.connections.url()}
        isMono
        type="url"
        autoComplete="off"
        value={draft.url}
        onChange={(event) => set({ url: event.target.value })}
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
      <SignIn draft={draft} set={set} problem={problem} storedKey={storedKey} />
    </>
  );
}

type SignInProps = Pick<ConnectionFormProps, "draft" | "problem" | "storedKey"> & {
  set: (patch: Partial<ConnectionDraft>) => void;
};

function SignIn({ draft, set, problem, storedKey }: SignInProps): ReactElement {
  return (
    <>
      <Select
        label={m.connections.auth()}
        value={draft.authType}
        onValueChange={(authType) => set({ authType })}
        options={[
          { value: "none", label: m.connections.authNone() },
          { value: "bearer", label: m.connections.authKey() },
          { value: "headers", label: m.connections.authHeaders() },
        ]}
        error={findIssue(problem, "authType")}
      />
      {draft.authType === "bearer" && (
        <SecretField
          label={m.connections.key()}
          stored={storedKey}
          value={draft.key}
          onValueChange={(key) => set({ key })}
          error={findIssue(problem, "key")}
        />
      )}
      {draft.authType === "headers" && (
        <HeadersField headers={draft.headers} onChange={(headers) => set({ headers })} problem={problem} />
      )}
    </>
  );
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
