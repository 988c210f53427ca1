import { Select as BaseSelect } from "@base-ui/react/select";
import { Check, ChevronDown } from "lucide-react";
import type { ReactElement } from "react";

import { Field, type FieldText } from "./field.tsx";

export type SelectProps<Value extends string> = FieldText & {
  /** `null` shows the placeholder. */
  value: Value | null;
  onValueChange: (value: Value) => void;
  options: readonly { value: Value; label: string; detail?: string; isDisabled?: boolean }[];
  placeholder?: string;
  isDisabled?: boolean;
  name?: string;
};

/** Up to about fifteen known options; more, or a search, is a Combobox. */
export function Select<Value extends string>(props: SelectProps<Value>): ReactElement {
  const { label, help, error, value, onValueChange, options, placeholder, isDisabled, name } = props;
  return (
    <Field label={label} help={help} error={error} isDisabled={isDisabled} isLabelNative={false}>
      <BaseSelect.Root<Value>
        items={options.map((option) => ({ value: option.value, label: option.label }))}
        value={value}
        onValueChange={(next) => {
          if (next !== null) onValueChange(next);
        }}
        disabled={isDisabled ?? false}
        name={name}
      >
        <BaseSelect.Trigger className="control justify-between gap-2">
          <BaseSelect.Value placeholder={placeholder} className="truncate data-placeholder:text-ink-faint" />
          <BaseSelect.Icon>
            <ChevronDown size={16} aria-hidden className="text-ink-muted" />
          </BaseSelect.Icon>
        </BaseSelect.Trigger>
        <BaseSelect.Portal>
          <BaseSelect.Positioner alignItemWithTrigger={false} sideOffset={4} className="popup-positioner">
            <BaseSelect.Popup className="popup">
              <BaseSelect.List>
                {options.map((option) => (
                  <BaseSelect.Item
                    key={option.value}
                    value={option.value}
                    disabled={option.isDisabled ?? false}
                    className="popup-item"
                  >
                    <BaseSelect.ItemIndicator className="col-start-1">
                      <Check size={14} aria-hidden />
                    </BaseSelect.ItemIndicator>
                    <span className="col-start-2">
                      <BaseSelect.ItemText>{option.label}</BaseSelect.ItemText>
                      {option.detail !== undefined && (
                        <span className="popup-detail block">{option.detail}</span>
                      )}
                    </span>
                  </BaseSelect.Item>
                ))}
              </BaseSelect.List>
            </BaseSelect.Popup>
          </BaseSelect.Positioner>
        </BaseSelect.Portal>
      </BaseSelect.Root>
    </Field>
  );
}
