import { type ReactElement, useState } from "react";

import { format } from "../../lib/format.ts";
import { m } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Sheet } from "../../ui/dialog.tsx";
import type { StoredSecret } from "../../ui/secret-field.tsx";
import { StaleBar } from "../../ui/stale-bar.tsx";
import { type Connection, emptyConnection, fromConnection } from "./connection-draft.ts";
import { ConnectionForm } from "./connection-form.tsx";
import type { StoredSecrets } from "./sign-in-fields.tsx";
import { useSaveConnection } from "./use-save-connection.tsx";
import { useVerify } from "./use-verify.ts";
import { VerifyLadder } from "./verify-ladder.tsx";

type ConnectionSheetProps = {
  /** As it was when the form was opened; `undefined` for a new one. */
  edited: Connection | undefined;
  /** As it is now. */
  latest: Connection | undefined;
  isOpen: boolean;
  onClose: () => void;
};

export function ConnectionSheet({ edited, latest, isOpen, onClose }: ConnectionSheetProps): ReactElement {
  const title = edited ? m.connections.editTitle({ name: edited.name }) : m.connections.add();
  return (
    <Sheet isOpen={isOpen} onOpenChange={(next) => !next && onClose()} title={title}>
      {isOpen && <Editor key={edited?.uid ?? "new"} edited={edited} latest={latest} onClose={onClose} />}
    </Sheet>
  );
}

function Editor({ edited, latest, onClose }: Omit<ConnectionSheetProps, "isOpen">): ReactElement {
  const [stored, setStored] = useState(edited);
  const [draft, setDraft] = useState(() => (edited ? fromConnection(edited) : emptyConnection()));
  const verify = useVerify(stored?.uid);
  const save = useSaveConnection({ onSaved: onClose });
  const isStale = save.isConflict || (latest && stored && latest.revision !== stored.revision);
  const loadTheirs = (): void => {
    save.reset();
    setStored(latest);
    if (latest) setDraft(fromConnection(latest));
  };
  return (
    <form
      className="stack gap-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (stored) save.update(draft, stored);
        else save.create(draft);
      }}
    >
      {isStale && <StaleBar onLoad={loadTheirs} onKeep={() => (save.reset(), setStored(latest))} />}
      <ConnectionForm
        draft={draft}
        onChange={setDraft}
        problem={save.problem ?? verify.problem}
        scope="all"
        isSaved={stored !== undefined}
        stored={stored && toStoredSecrets(stored)}
      />
      <VerifyLadder verify={verify} />
      {save.problemBox}
      <div className="dialog-actions">
        <Button onClick={() => verify.run(draft)} isBusy={verify.isRunning}>
          {m.connections.verify()}
        </Button>
        <Button type="submit" variant="primary" isBusy={save.isSaving}>
          {m.saveBar.save()}
        </Button>
      </div>
    </form>
  );
}

function toStoredSecrets(connection: Connection): StoredSecrets {
  return {
    key: toStoredSecret(connection.keyFingerprint, connection.keySetAt),
    clientSecret: toStoredSecret(connection.clientSecretFingerprint, connection.clientSecretSetAt),
  };
}

function toStoredSecret(fingerprint: string | null, setAt: string | null): StoredSecret | undefined {
  if (fingerprint === null) return undefined;
  return {
    hint: `•••• ${fingerprint.slice(0, 8)}`,
    setAt: setAt === null ? m.connections.earlier() : format.date(new Date(setAt)),
  };
}
