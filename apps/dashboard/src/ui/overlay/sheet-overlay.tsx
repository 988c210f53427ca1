import { Drawer } from "@base-ui/react/drawer";
import { X } from "lucide-react";
import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { useMediaQuery } from "../../lib/use-media-query.ts";
import type { SheetProps } from "../dialog.tsx";

export function SheetOverlay(props: SheetProps): ReactElement {
  const isPhone = useMediaQuery("(width < 768px)");
  return (
    <Drawer.Root
      open={props.isOpen}
      onOpenChange={(isOpen) => props.onOpenChange(isOpen)}
      swipeDirection={isPhone ? "down" : "right"}
    >
      <Drawer.Portal>
        <Drawer.Backdrop className="backdrop" />
        <Drawer.Viewport className="sheet-viewport">
          <Drawer.Popup className="sheet">
            <Drawer.Content className="grid gap-4">
              <div className="dialog-head">
                <Drawer.Title>{props.title}</Drawer.Title>
                <Drawer.Close className="inline-button" aria-label={m.ui.close()}>
                  <X size={16} aria-hidden />
                </Drawer.Close>
                {props.description !== undefined && (
                  <Drawer.Description>{props.description}</Drawer.Description>
                )}
              </div>
              {props.children}
              {props.actions !== undefined && <footer className="dialog-actions">{props.actions}</footer>}
            </Drawer.Content>
          </Drawer.Popup>
        </Drawer.Viewport>
      </Drawer.Portal>
    </Drawer.Root>
  );
}
