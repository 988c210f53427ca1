import { Popover } from "@base-ui/react/popover";
import type { ReactElement } from "react";

import type { PopoverProps } from "../popover.tsx";

export function PopoverOverlay(props: PopoverProps & { isInitiallyOpen: boolean }): ReactElement {
  return (
    <Popover.Root defaultOpen={props.isInitiallyOpen}>
      <Popover.Trigger render={props.trigger} />
      <Popover.Portal>
        <Popover.Positioner align={props.align ?? "start"} sideOffset={4} className="popup-positioner">
          <Popover.Popup className="popup popover">
            <Popover.Title className="mb-2 text-heading">{props.title}</Popover.Title>
            {props.children}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
