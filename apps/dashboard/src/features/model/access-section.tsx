import type { AccessControl, Grants } from "@corral/access-control";
import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { findIssue } from "../../lib/problem.ts";
import { useSignedIn } from "../../shell/session.ts";
import { RadioGroup } from "../../ui/choices.tsx";
import { MultiCombobox } from "../../ui/combobox.tsx";
import type { EditorProps } from "./model-form.tsx";
import { type Principals, usePrincipals } from "./use-principals.ts";

const nobody: Grants = { groupIds: [], userIds: [] };

export function AccessSection({ draft, onChange, problem, isReadOnly, kind }: EditorProps): ReactElement {
  const { rights } = useSignedIn();
  const { access } = draft;
  const lock = rights.has("models.share") ? undefined : m.access.needsShare();
  const mayPublish = rights.has("models.share_public") || access.kind === "public";
  const setKind = (next: AccessControl["kind"]): void => {
    if (next === "restricted") onChange({ access: { kind: next, read: nobody, write: nobody } });
    else onChange({ access: { kind: next } });
  };
  return (
    <>
      <RadioGroup<AccessControl["kind"]>
        label={m.access.whoMayUse()}
        value={access.kind}
        onValueChange={setKind}
        isDisabled={isReadOnly || lock !== undefined}
        error={findIssue(problem, "access")}
        options={[
          ...(kind === "base" ? [{ value: "inherit" as const, label: m.access.inherit() }] : []),
          {
            value: "private",
            label: kind === "base" ? m.access.administrators() : m.access.private(),
          },
          { value: "restricted", label: m.access.restricted() },
          {
            value: "public",
            label: m.access.everyone(),
            isDisabled: !mayPublish,
            ...(!mayPublish && { help: m.access.needsPublic() }),
          },
        ]}
      />
      {lock !== undefined && <p className="text-small text-ink-muted">{lock}</p>}
      {access.kind === "restricted" && (
        <Restricted
          access={access}
          onChange={(next) => onChange({ access: next })}
          isReadOnly={isReadOnly || lock !== undefined}
        />
      )}
    </>
  );
}

type Restricted = Extract<AccessControl, { kind: "restricted" }>;
type RestrictedProps = { access: Restricted; onChange: (access: Restricted) => void; isReadOnly: boolean };

function Restricted({ access, onChange, isReadOnly }: RestrictedProps): ReactElement {
  const principals = usePrincipals();
  return (
    <>
      <Picker
        label={m.access.canUse()}
        grants={access.read}
        onChange={(read) => onChange({ ...access, read })}
        principals={principals}
        isReadOnly={isReadOnly}
      />
      <Picker
        label={m.access.canEdit()}
        help={m.access.canEditHelp()}
        grants={access.write}
        onChange={(write) => onChange({ ...access, write })}
        principals={principals}
        isReadOnly={isReadOnly}
      />
    </>
  );
}

type PickerProps = {
  label: string;
  help?: string;
  grants: Grants;
  onChange: (grants: Grants) => void;
  principals: Principals;
  isReadOnly: boolean;
};

function Picker({ label, help, grants, onChange, principals, isReadOnly }: PickerProps): ReactElement {
  const value = [
    ...grants.groupIds.map((id) => principals.toOption("group", id)),
    ...grants.userIds.map((id) => principals.toOption("user", id)),
  ];
  return (
    <MultiCombobox
      label={label}
      help={help}
      placeholder={m.access.pickerPlaceholder()}
      options={principals.search}
      value={value}
      onValueChange={(options) => {
        const ids = (kind: string): string[] =>
          options.flatMap((option) =>
            option.value.startsWith(`${kind}:`) ? [option.value.slice(kind.length + 1)] : [],
          );
        onChange({ groupIds: ids("group"), userIds: ids("user") });
      }}
      isDisabled={isReadOnly}
    />
  );
}
