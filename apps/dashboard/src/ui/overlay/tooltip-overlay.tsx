import { Tooltip } from "@base-ui/react/tooltip";
import type { ReactElement } from "react";

import type { TooltipProps } from "../tooltip.tsx";

export function TooltipOverlay({ label, side = "top", children }: TooltipProps): ReactElement {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} delay={500} />
      <Tooltip.Portal>
        <Tooltip.Positioner side={side} sideOffset={6} className="popup-positioner">
          <Tooltip.Popup className="tooltip">{label}</Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
