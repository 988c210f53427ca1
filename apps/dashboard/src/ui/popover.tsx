import type { ReactElement, ReactNode } from "react";

import { DeferredTrigger, type TriggerElement } from "./overlay/deferred-trigger.tsx";

export type PopoverProps = {
  trigger: TriggerElement;
  title: string;
  children: ReactNode;
  align?: "start" | "end";
};

export function Popover(props: PopoverProps): ReactElement {
  return (
    <DeferredTrigger trigger={props.trigger} popup="dialog">
      {(overlays, wasPressed) => <overlays.PopoverOverlay {...props} isInitiallyOpen={wasPressed} />}
    </DeferredTrigger>
  );
}
