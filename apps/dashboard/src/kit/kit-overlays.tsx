import { Info } from "lucide-react";
import { type ReactElement, useState } from "react";

import { Button } from "../ui/button.tsx";
import { AlertDialog, Dialog, Sheet } from "../ui/dialog.tsx";
import { Menu } from "../ui/menu.tsx";
import { Popover } from "../ui/popover.tsx";
import { SaveBar } from "../ui/save-bar.tsx";
import { TextField } from "../ui/text-field.tsx";
import { useToast } from "../ui/toasts.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { KitRow, KitSection } from "./kit-section.tsx";

export function KitOverlays(): ReactElement {
  const [last, setLast] = useState("nothing");
  const [changes, setChanges] = useState<string[]>(["temperature", "tags"]);
  return (
    <KitSection title="Overlays">
      <KitRow>
        <Dialogs />
        <Menu
          trigger={<Button>Actions</Button>}
          entries={[
            { kind: "action", label: "Open", shortcut: "↵", onSelect: () => setLast("open") },
            { kind: "action", label: "Duplicate", onSelect: () => setLast("duplicate") },
            {
              kind: "action",
              label: "Share",
              disabledReason: "Only the owner can share.",
              onSelect: () => {},
            },
            { kind: "separator", id: "rule" },
            {
              kind: "action",
              label: "Delete",
              tone: "danger",
              shortcut: "#",
              onSelect: () => setLast("delete"),
            },
          ]}
        />
        <Popover trigger={<Button>Why denied</Button>} title="Access">
          <p>Ada may use this through the group Legal.</p>
        </Popover>
        <Tooltip label="Measured by this gateway">
          <Button variant="quiet">
            <Info size={16} aria-hidden /> p50
          </Button>
        </Tooltip>
        <ToastButtons onUndo={() => setLast("undo")} />
      </KitRow>
      <p data-testid="last">Last: {last}</p>
      <div className="relative h-16 overflow-y-auto border border-line">
        <SaveBar changes={changes} onSave={() => setChanges([])} onDiscard={() => setChanges([])} />
      </div>
    </KitSection>
  );
}

function Dialogs(): ReactElement {
  const [open, setOpen] = useState<"dialog" | "alert" | "sheet">();
  const close = (): void => setOpen(undefined);
  return (
    <>
      <Button onClick={() => setOpen("dialog")}>Dialog</Button>
      <Button onClick={() => setOpen("alert")}>Alert dialog</Button>
      <Button onClick={() => setOpen("sheet")}>Sheet</Button>
      <Dialog
        isOpen={open === "dialog"}
        onOpenChange={close}
        title="Rename model"
        description="Its id stays the same, so callers notice nothing."
        actions={
          <>
            <Button onClick={close}>Cancel</Button>
            <Button variant="primary" onClick={close}>
              Rename
            </Button>
          </>
        }
      >
        <TextField label="Name" defaultValue="Support triage" />
      </Dialog>
      <AlertDialog
        isOpen={open === "alert"}
        onOpenChange={close}
        title="Delete lab-gpu-1?"
        description="46 models disappear; 3 custom models lose their base."
        confirmLabel="Delete connection"
        typedConfirmation="46"
        onConfirm={close}
      />
      <Sheet
        isOpen={open === "sheet"}
        onOpenChange={close}
        title="lab-gpu-1"
        description="Ollama at http://lab-gpu-1:11434"
        actions={<Button onClick={close}>Done</Button>}
      >
        <TextField label="Prefix" defaultValue="lab" isMono />
      </Sheet>
    </>
  );
}

function ToastButtons({ onUndo }: { onUndo: () => void }): ReactElement {
  const toast = useToast();
  return (
    <>
      <Button
        onClick={() =>
          toast({
            title: "412 disabled, 3 skipped",
            action: { label: "Undo", onSelect: () => onUndo() },
          })
        }
      >
        Toast with undo
      </Button>
      <Button
        onClick={() =>
          toast({
            title: "The key was refused (401)",
            description: "It may belong to another project.",
            tone: "error",
          })
        }
      >
        Error toast
      </Button>
    </>
  );
}
