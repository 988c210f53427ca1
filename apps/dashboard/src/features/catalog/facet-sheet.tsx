import type { ReactElement, ReactNode } from "react";

import { m } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Sheet } from "../../ui/dialog.tsx";

type FacetSheetProps = {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  total: number | undefined;
  children: ReactNode;
};

/** The facet rail of narrow windows. */
export function FacetSheet({ isOpen, onOpenChange, total, children }: FacetSheetProps): ReactElement {
  return (
    <Sheet
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={m.catalog.filters()}
      actions={
        <Button variant="primary" onClick={() => onOpenChange(false)}>
          {total === undefined ? m.ui.close() : m.catalog.show({ count: total })}
        </Button>
      }
    >
      {children}
    </Sheet>
  );
}
