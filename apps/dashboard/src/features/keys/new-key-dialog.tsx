import { type ReactElement, useState } from "react";

import { mAccount } from "../../messages/account.ts";
import { Button } from "../../ui/button.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { createSnippets } from "./create-snippets.ts";

/** The only time that a key is shown. */
export function NewKeyDialog({
  secret,
  onClose,
}: {
  secret: string | undefined;
  onClose: () => void;
}): ReactElement {
  const [tab, setTab] = useState<"curl" | "typescript" | "python">("curl");
  const snippets = createSnippets({ origin: window.location.origin, key: secret ?? "" });
  return (
    <Dialog
      isOpen={secret !== undefined}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      size="wide"
      title={mAccount.newTitle()}
      description={mAccount.newHint()}
      actions={
        <Button variant="primary" onClick={onClose}>
          {mAccount.saved()}
        </Button>
      }
    >
      <CodeBlock label={mAccount.key()} code={secret ?? ""} />
      <Tabs
        label={mAccount.snippets()}
        value={tab}
        onValueChange={setTab}
        tabs={(["curl", "typescript", "python"] as const).map((value) => ({
          value,
          label: mAccount.snippet[value](),
          content: <CodeBlock label={mAccount.snippet[value]()} code={snippets[value]} />,
        }))}
      />
    </Dialog>
  );
}
