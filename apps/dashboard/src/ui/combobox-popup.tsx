import { Combobox as BaseCombobox } from "@base-ui/react/combobox";
import { Check } from "lucide-react";
import type { ReactElement } from "react";

import { m } from "../lib/messages.ts";
import type { Option, OptionsState } from "./use-options.ts";

export function ComboboxPopup({
  query,
  status,
}: {
  query: string;
  status: OptionsState["status"];
}): ReactElement {
  return (
    <BaseCombobox.Portal>
      <BaseCombobox.Positioner sideOffset={4} className="popup-positioner">
        <BaseCombobox.Popup className="popup" aria-busy={status === "searching" || undefined}>
          <BaseCombobox.Status className="popup-note">
            {status === "searching" && m.ui.searching()}
            {status === "failed" && m.ui.searchFailed()}
          </BaseCombobox.Status>
          <BaseCombobox.Empty className="popup-note">
            {status === "idle" && m.ui.noMatch({ query })}
          </BaseCombobox.Empty>
          <BaseCombobox.List>
            {(option: Option) => (
              <BaseCombobox.Item
                key={option.value}
                value={option}
                disabled={option.isDisabled ?? false}
                className="popup-item"
              >
                <BaseCombobox.ItemIndicator className="col-start-1">
                  <Check size={14} aria-hidden />
                </BaseCombobox.ItemIndicator>
                <span className="col-start-2 min-w-0">
                  <span className="block truncate">{option.label}</span>
                  {option.detail !== undefined && (
                    <span className="popup-detail block truncate">{option.detail}</span>
                  )}
                </span>
              </BaseCombobox.Item>
            )}
          </BaseCombobox.List>
        </BaseCombobox.Popup>
      </BaseCombobox.Positioner>
    </BaseCombobox.Portal>
  );
}
