import { lazy, type ReactElement, type ReactNode } from "react";

import { m } from "../../lib/messages.ts";
import { mModel } from "../../messages/model.ts";
import { findIssue, type Problem } from "../../lib/problem.ts";
import { Checkbox } from "../../ui/choices.tsx";
import { Deferred } from "../../ui/deferred.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import { TextField } from "../../ui/text-field.tsx";
import type { ModelDraft } from "./model-draft.ts";

// Together as large as the rest of the page: name, description and prompt stand while they load.
const BaseModelField = lazy(async () => {
  const { BaseModelField } = await import("./base-model-field.tsx");
  return { default: BaseModelField };
});
const ParamsSection = lazy(async () => {
  const { ParamsSection } = await import("./params-section.tsx");
  return { default: ParamsSection };
});
const AccessSection = lazy(async () => {
  const { AccessSection } = await import("./access-section.tsx");
  return { default: AccessSection };
});

export type EditorProps = {
  draft: ModelDraft;
  onChange: (patch: Partial<ModelDraft>) => void;
  /** A field holds text that cannot be saved. */
  onInvalid: (name: string, isInvalid: boolean) => void;
  problem: Problem | undefined;
  isReadOnly: boolean;
  kind: "new" | "custom" | "base";
  isBaseMissing: boolean;
};

export function ModelForm(props: EditorProps): ReactElement {
  const { draft, onChange, problem, isReadOnly } = props;
  return (
    <>
      <Section title={mModel.identity()}>
        <Identity {...props} />
      </Section>
      {props.kind !== "base" && (
        <Section title={mModel.base()}>
          <Deferred>
            <BaseModelField
              value={draft.baseModelId}
              onValueChange={(baseModelId) => onChange({ baseModelId })}
              ownId={draft.id}
              isMissing={props.isBaseMissing}
              error={findIssue(problem, "baseModelId")}
              isReadOnly={isReadOnly}
            />
          </Deferred>
        </Section>
      )}
      <Section title={mModel.system()}>
        <TextArea
          label={mModel.systemPrompt()}
          help={mModel.systemHelp()}
          rows={4}
          value={draft.system}
          onValueChange={(system) => onChange({ system })}
          readOnly={isReadOnly}
          error={findIssue(problem, "params", "system")}
        />
      </Section>
      <Section title={mModel.params()}>
        <Deferred>
          <ParamsSection {...props} />
        </Deferred>
      </Section>
      <Section title={mModel.access()}>
        <Deferred>
          <AccessSection {...props} />
        </Deferred>
      </Section>
    </>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }): ReactElement {
  return (
    <section className="form-section" aria-label={title}>
      <h2>{title}</h2>
      <div className="stack gap-4">{children}</div>
    </section>
  );
}

function Identity({ draft, onChange, problem, isReadOnly, kind }: EditorProps): ReactElement {
  return (
    <>
      <TextField
        label={mModel.name()}
        autoComplete="off"
        value={draft.name}
        onChange={(event) => onChange({ name: event.target.value })}
        readOnly={isReadOnly}
        error={findIssue(problem, "name")}
      />
      {kind === "new" && (
        <TextField
          label={mModel.id()}
          help={mModel.idHelp()}
          isMono
          autoComplete="off"
          spellCheck={false}
          value={draft.id}
          onChange={(event) => onChange({ id: event.target.value })}
          error={findIssue(problem, "id")}
        />
      )}
      <TextArea
        label={mModel.description()}
        rows={2}
        value={draft.description}
        onValueChange={(description) => onChange({ description })}
        readOnly={isReadOnly}
        error={findIssue(problem, "meta", "description")}
      />
      <TextField
        label={mModel.tags()}
        help={m.connections.tagsHelp()}
        autoComplete="off"
        value={draft.tags}
        onChange={(event) => onChange({ tags: event.target.value })}
        readOnly={isReadOnly}
        error={findIssue(problem, "meta", "tags")}
      />
      <Checkbox
        label={mModel.hidden()}
        help={mModel.hiddenHelp()}
        isChecked={draft.hidden}
        onChange={(hidden) => onChange({ hidden })}
        isDisabled={isReadOnly}
      />
    </>
  );
}
