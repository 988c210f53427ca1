import { Menu } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import type { ReactElement } from "react";

import { Kbd } from "../kbd.tsx";
import type { MenuEntry, MenuProps } from "../menu.tsx";

export function MenuOverlay(props: MenuProps & { isInitiallyOpen: boolean }): ReactElement {
  const { trigger, entries, align = "start", side = "bottom", isInitiallyOpen } = props;
  const hasMarks = entries.some((entry) => entry.kind === "check" || entry.kind === "choice");
  return (
    <Menu.Root defaultOpen={isInitiallyOpen}>
      <Menu.Trigger render={trigger} />
      <Menu.Portal>
        <Menu.Positioner align={align} side={side} sideOffset={4} className="popup-positioner">
          <Menu.Popup className="popup">
            {entries.map((entry) => (
              <Entry key={"label" in entry ? entry.label : entry.id} entry={entry} isPlain={!hasMarks} />
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function Entry({ entry, isPlain }: { entry: MenuEntry; isPlain: boolean }): ReactElement {
  switch (entry.kind) {
    case "separator":
      return <Menu.Separator className="popup-rule" />;
    case "action":
      return <Action entry={entry} isPlain={isPlain} />;
    case "check":
      return (
        <Menu.CheckboxItem
          className="popup-item"
          checked={entry.isChecked}
          onCheckedChange={(isChecked) => entry.onChange(isChecked)}
        >
          <Mark>
            <Menu.CheckboxItemIndicator render={<Check size={14} aria-hidden />} />
          </Mark>
          {entry.label}
        </Menu.CheckboxItem>
      );
    case "choice":
    default:
      return <Choice entry={entry} />;
  }
}

function Action(props: { entry: Extract<MenuEntry, { kind: "action" }>; isPlain: boolean }): ReactElement {
  const { entry, isPlain } = props;
  return (
    <Menu.Item
      className="popup-item"
      data-plain={isPlain || undefined}
      data-tone={entry.tone}
      disabled={entry.disabledReason !== undefined}
      onClick={entry.onSelect}
    >
      {!isPlain && <span />}
      <span>
        {entry.label}
        {entry.disabledReason !== undefined && (
          <span className="popup-detail block">{entry.disabledReason}</span>
        )}
      </span>
      {entry.shortcut !== undefined && <Kbd>{entry.shortcut}</Kbd>}
    </Menu.Item>
  );
}

function Choice({ entry }: { entry: Extract<MenuEntry, { kind: "choice" }> }): ReactElement {
  return (
    <Menu.RadioGroup value={entry.value} onValueChange={(value: string) => entry.onChange(value)}>
      <Menu.GroupLabel className="popup-label">{entry.label}</Menu.GroupLabel>
      {entry.options.map((option) => (
        <Menu.RadioItem key={option.value} value={option.value} className="popup-item">
          <Mark>
            <Menu.RadioItemIndicator render={<Check size={14} aria-hidden />} />
          </Mark>
          {option.label}
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}

/** Keeps the words aligned, checked or not. */
function Mark({ children }: { children: ReactElement }): ReactElement {
  return <span className="grid place-items-center">{children}</span>;
}
