import { Plus, X } from "lucide-react";
import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { findIssue, type Problem } from "../../lib/problem.ts";
import { Button } from "../../ui/button.tsx";
import { SecretField } from "../../ui/secret-field.tsx";
import { TextField } from "../../ui/text-field.tsx";
import type { HeaderDraft } from "./connection-draft.ts";

type HeadersFieldProps = {
  headers: readonly HeaderDraft[];
  onChange: (headers: readonly HeaderDraft[]) => void;
  problem: Problem | undefined;
};

/** Header names are shown; their values are secrets. */
export function HeadersField({ headers, onChange, problem }: HeadersFieldProps): ReactElement {
  const change = (id: number, patch: Partial<HeaderDraft>): void =>
    onChange(headers.map((header) => (header.id === id ? { ...header, ...patch } : header)));
  const add = (): void => {
    const id = Math.max(-1, ...headers.map((header) => header.id)) + 1;
    onChange([...headers, { id, name: "", value: "", isStored: false }]);
  };
  return (
    <fieldset className="grid gap-3">
      <legend className="field-label mb-2">{m.connections.headers()}</legend>
      {headers.map((header) => (
        <div key={header.id} className="header-row">
          <TextField
            label={m.connections.headerName()}
            isMono
            readOnly={header.isStored}
            value={header.name}
            onChange={(event) => change(header.id, { name: event.target.value })}
            error={findIssue(problem, "headers", header.name.trim())}
          />
          <SecretField
            label={m.connections.headerValue()}
            stored={header.isStored ? { hint: "••••", setAt: m.connections.earlier() } : undefined}
            value={header.value}
            onValueChange={(value) => change(header.id, { value: header.isStored ? value : (value ?? "") })}
          />
          <Button
            variant="quiet"
            shape="icon"
            aria-label={m.ui.remove({ name: header.name || m.connections.headerName() })}
            onClick={() => onChange(headers.filter(({ id }) => id !== header.id))}
          >
            <X size={16} aria-hidden />
          </Button>
        </div>
      ))}
      <Button size="small" className="justify-self-start" onClick={add}>
        <Plus size={14} aria-hidden />
        {m.connections.addHeader()}
      </Button>
    </fieldset>
  );
}
