import { type ReactElement, type SubmitEvent, useState } from "react";

import { useHotkeys } from "../../lib/hotkeys.ts";
import { m } from "../../lib/messages.ts";
import { mModel } from "../../messages/model.ts";
import { PageHeader } from "../../shell/page-header.tsx";
import { Switch } from "../../ui/choices.tsx";
import { AlertDialog } from "../../ui/dialog.tsx";
import { Lamp } from "../../ui/lamp.tsx";
import { ProblemBox } from "../../ui/problem-box.tsx";
import { SaveBar } from "../../ui/save-bar.tsx";
import { StaleBar } from "../../ui/stale-bar.tsx";
import { DeleteModel } from "./delete-model.tsx";
import { LeaveDialog } from "./leave-dialog.tsx";
import type { ModelDetail } from "./model-draft.ts";
import { ModelFacts } from "./model-facts.tsx";
import { ModelForm } from "./model-form.tsx";
import { ModelHistory } from "./model-history.tsx";
import { TryIt } from "./try-it.tsx";
import { type ModelEditor, useModelEditor } from "./use-model-editor.ts";

/** A custom model, or an administrator's settings over a provider's own model. */
export function ModelEditorPage({ detail }: { detail: ModelDetail }): ReactElement {
  const editor = useModelEditor(detail);
  const [isWidening, setIsWidening] = useState(false);
  const isWider = editor.changes.includes("access") && editor.draft.access.kind === "public";
  const save = (): void => {
    if (editor.changes.length === 0 || editor.blockedBy !== undefined || editor.isSaving) return;
    if (isWider) setIsWidening(true);
    else void editor.save();
  };
  useHotkeys({ "mod+s": save });
  return (
    <>
      <PageHeader
        title={detail.name}
        note={
          <span className="flex items-center gap-2.5">
            <Lamp status={detail.status} />
            <span className="mono">{detail.id}</span>
          </span>
        }
        actions={
          <>
            <Switch
              label={mModel.active()}
              isChecked={editor.draft.isActive}
              onChange={(isActive) => editor.change({ isActive })}
            />
            <TryIt detail={detail} />
          </>
        }
      />
      <form
        className="editor"
        noValidate
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          save();
        }}
      >
        {editor.isStale && <StaleBar onLoad={editor.loadTheirs} onKeep={editor.keepMine} />}
        {editor.problem && <ProblemBox title={mModel.saveFailed()} error={editor.error} />}
        <Columns detail={detail} editor={editor} />
      </form>
      <SaveBar
        changes={editor.changes.map((field) => mModel.field[field]())}
        onSave={save}
        onDiscard={editor.discard}
        isSaving={editor.isSaving}
        disabledReason={editor.blockedBy}
      />
      <LeaveDialog isDirty={editor.changes.length > 0} onSave={editor.save} />
      <WidenDialog
        name={detail.name}
        isOpen={isWidening}
        onOpenChange={setIsWidening}
        onConfirm={() => void editor.save()}
      />
    </>
  );
}

function Columns({ detail, editor }: { detail: ModelDetail; editor: ModelEditor }): ReactElement {
  return (
    <div className="editor-columns">
      <div className="stack gap-8">
        {detail.kind === "base" && <p className="text-ink-muted">{mModel.overrideHint()}</p>}
        <ModelForm
          draft={editor.draft}
          onChange={editor.change}
          onInvalid={editor.onInvalid}
          problem={editor.problem}
          isReadOnly={false}
          kind={detail.kind}
          isBaseMissing={detail.status === "base_missing" && detail.baseModelId === null}
        />
      </div>
      <aside aria-label={mModel.facts()}>
        <h2 className="pb-2">{mModel.facts()}</h2>
        <ModelFacts detail={detail} />
        <div className="flex flex-wrap gap-3 pt-4">
          <ModelHistory detail={detail} />
          <DeleteModel detail={detail} />
        </div>
      </aside>
    </div>
  );
}

type WidenDialogProps = {
  name: string;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  onConfirm: () => void;
};

/** Everyone is asked about once, before it happens. */
function WidenDialog({ name, isOpen, onOpenChange, onConfirm }: WidenDialogProps): ReactElement {
  return (
    <AlertDialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={m.access.widenTitle({ name })}
      description={m.access.widenHint()}
      confirmLabel={m.access.widen()}
      onConfirm={() => {
        onOpenChange(false);
        onConfirm();
      }}
    />
  );
}
