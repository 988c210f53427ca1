import { Plus, X } from "lucide-react";
import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { mAzure } from "../../messages/azure.ts";
import { findIssue, type Problem } from "../../lib/problem.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/text-field.tsx";
import type { DeploymentDraft } from "./azure-draft.ts";

type DeploymentsFieldProps = {
  deployments: readonly DeploymentDraft[];
  onChange: (deployments: readonly DeploymentDraft[]) => void;
  problem: Problem | undefined;
};

/** Deployments by hand: what a call names, and the model behind it. */
export function DeploymentsField({ deployments, onChange, problem }: DeploymentsFieldProps): ReactElement {
  const change = (id: number, patch: Partial<DeploymentDraft>): void =>
    onChange(deployments.map((row) => (row.id === id ? { ...row, ...patch } : row)));
  const add = (): void => {
    const id = Math.max(-1, ...deployments.map((row) => row.id)) + 1;
    onChange([...deployments, { id, name: "", model: "" }]);
  };
  return (
    <fieldset className="grid gap-3">
      <legend className="field-label mb-2">{mAzure.deployments()}</legend>
      {deployments.map((row, at) => (
        <div key={row.id} className="header-row">
          <TextField
            label={mAzure.deployment()}
            isMono
            autoComplete="off"
            spellCheck={false}
            value={row.name}
            onChange={(event) => change(row.id, { name: event.target.value })}
            error={findIssue(problem, "azure", "deployments", String(at), "name")}
          />
          <TextField
            label={mAzure.baseModel()}
            isMono
            autoComplete="off"
            spellCheck={false}
            placeholder={mAzure.baseModelHint()}
            value={row.model}
            onChange={(event) => change(row.id, { model: event.target.value })}
            error={findIssue(problem, "azure", "deployments", String(at), "model")}
          />
          <Button
            variant="quiet"
            shape="icon"
            aria-label={m.ui.remove({ name: row.name || mAzure.deployment() })}
            onClick={() => onChange(deployments.filter(({ id }) => id !== row.id))}
          >
            <X size={16} aria-hidden />
          </Button>
        </div>
      ))}
      <Button size="small" className="justify-self-start" onClick={add}>
        <Plus size={14} aria-hidden />
        {mAzure.addDeployment()}
      </Button>
      <p className="field-help">{mAzure.deploymentsHelp()}</p>
    </fieldset>
  );
}
