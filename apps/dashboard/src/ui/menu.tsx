import type { ReactElement } from "react";

import { DeferredTrigger, type TriggerElement } from "./overlay/deferred-trigger.tsx";

export type MenuEntry =
  | { kind: "separator"; id: string }
  | {
      kind: "action";
      label: string;
      onSelect: () => void;
      shortcut?: string;
      tone?: "danger";
      disabledReason?: string | undefined;
    }
  | { kind: "check"; label: string; isChecked: boolean; onChange: (isChecked: boolean) => void }
  | {
      kind: "choice";
      label: string;
      value: string;
      options: readonly { value: string; label: string }[];
      onChange: (value: string) => void;
    };

export type MenuProps = {
  trigger: TriggerElement;
  entries: readonly MenuEntry[];
  align?: "start" | "end";
  side?: "top" | "bottom";
};

export function Menu(props: MenuProps): ReactElement {
  return (
    <DeferredTrigger trigger={props.trigger} popup="menu">
      {(overlays, wasPressed) => <overlays.MenuOverlay {...props} isInitiallyOpen={wasPressed} />}
    </DeferredTrigger>
  );
}
