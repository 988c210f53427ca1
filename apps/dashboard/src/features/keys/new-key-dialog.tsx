import { type ReactElement, useState } from "react";

import { m } from "../../lib/messages.ts";
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
      title={m.account.newTitle()}
      description={m.account.newHint()}
      actions={
        <Button variant="primary" onClick={onClose}>
          {m.account.saved()}
        </Button>
      }
    >
      <CodeBlock label={m.account.key()} code={secret ?? ""} />
      <Tabs
        label={m.account.snippets()}
        value={tab}
        onValueChange={setTab}
        tabs={(["curl", "typescript", "python"] as const).map((value) => ({
          value,
          label: m.account.snippet[value](),
          content: <CodeBlock label={m.account.snippet[value]()} code={snippets[value]} />,
        }))}
      />
    </Dialog>
  );
}
