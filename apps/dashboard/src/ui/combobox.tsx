import { Combobox as BaseCombobox } from "@base-ui/react/combobox";
import { ChevronDown, X } from "lucide-react";
import { type ReactElement, useState } from "react";

import { m } from "../lib/messages.ts";
import { ComboboxPopup } from "./combobox-popup.tsx";
import { Field, type FieldText } from "./field.tsx";
import { type Option, type SearchOptions, useOptions } from "./use-options.ts";

type CommonProps = FieldText & {
  /** A list to filter, or a search on the server. */
  options: readonly Option[] | SearchOptions;
  placeholder?: string;
  isDisabled?: boolean;
};

export type ComboboxProps = CommonProps & {
  /** Kept and shown even when it is not among the options: a base model may have vanished. */
  value: Option | null;
  onValueChange: (value: Option | null) => void;
};

export function Combobox(props: ComboboxProps): ReactElement {
  const { label, help, error, isDisabled, placeholder, value } = props;
  const { root, popup } = useComboboxParts(props.options);
  return (
    <Field label={label} help={help} error={error} isDisabled={isDisabled}>
      <BaseCombobox.Root<Option>
        {...root}
        value={value}
        onValueChange={(next) => props.onValueChange(next)}
        disabled={isDisabled ?? false}
      >
        <BaseCombobox.InputGroup className="control">
          <BaseCombobox.Input placeholder={placeholder} />
          <BaseCombobox.Clear className="inline-button" aria-label={m.ui.clear()}>
            <X size={14} aria-hidden />
          </BaseCombobox.Clear>
          <BaseCombobox.Trigger className="inline-button" aria-label={m.ui.open()}>
            <ChevronDown size={16} aria-hidden />
          </BaseCombobox.Trigger>
        </BaseCombobox.InputGroup>
        {popup}
      </BaseCombobox.Root>
    </Field>
  );
}

export type MultiComboboxProps = CommonProps & {
  value: readonly Option[];
  onValueChange: (value: readonly Option[]) => void;
};

/** Several options, shown as chips inside the field. */
export function MultiCombobox(props: MultiComboboxProps): ReactElement {
  const { label, help, error, isDisabled, placeholder, value } = props;
  const { root, popup } = useComboboxParts(props.options);
  const names = value.map((option) => option.label);
  return (
    <Field label={label} help={help} error={error} isDisabled={isDisabled}>
      <BaseCombobox.Root<Option, true>
        {...root}
        multiple
        value={[...value]}
        onValueChange={(next) => props.onValueChange(next)}
        disabled={isDisabled ?? false}
      >
        <BaseCombobox.InputGroup className="control py-[3px]">
          <BaseCombobox.Chips
            className="flex w-full flex-wrap gap-1"
            {...(value.length > 0 && { "aria-label": m.ui.selected({ names }) })}
          >
            {value.map((option) => (
              <BaseCombobox.Chip
                key={option.value}
                className="chip"
                aria-label={option.label}
                aria-description={m.ui.removeHint()}
              >
                {option.label}
                <BaseCombobox.ChipRemove
                  className="inline-button"
                  aria-label={m.ui.remove({ name: option.label })}
                >
                  <X size={12} aria-hidden />
                </BaseCombobox.ChipRemove>
              </BaseCombobox.Chip>
            ))}
            <BaseCombobox.Input
              className="min-h-[24px] min-w-24 flex-1 bg-transparent outline-none"
              placeholder={value.length > 0 ? undefined : placeholder}
            />
          </BaseCombobox.Chips>
        </BaseCombobox.InputGroup>
        {popup}
      </BaseCombobox.Root>
    </Field>
  );
}

function useComboboxParts(source: CommonProps["options"]) {
  const [query, setQuery] = useState("");
  const { options, status, search } = useOptions(source);
  const isAsync = typeof source === "function";
  const root = {
    items: [...options],
    limit: 100,
    isItemEqualToValue: (item: Option, value: Option) => item.value === value.value,
    // The server has searched already.
    ...(isAsync && { filter: null }),
    onInputValueChange: (next: string) => {
      setQuery(next);
      if (isAsync) search(next);
    },
    onOpenChange: (isOpen: boolean) => {
      if (isOpen && isAsync) search("");
    },
  };
  return { root, popup: <ComboboxPopup query={query} status={status} /> };
}
