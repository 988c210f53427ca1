import { NumberField as BaseNumberField } from "@base-ui/react/number-field";
import type { ReactElement } from "react";

import { Field, type FieldText } from "./field.tsx";

export type NumberFieldProps = FieldText & {
  /** `null` is not set, which is a value of its own and shows an empty field. */
  value: number | null;
  onValueChange: (value: number | null) => void;
  min?: number;
  max?: number;
  step?: number;
  placeholder?: string;
  /** "s", "tokens": shown after the figure. */
  unit?: string;
  maxFractionDigits?: number;
  isDisabled?: boolean;
};

/** Arrow keys step, Page Up and Down step by ten; the figure follows the reader's locale. */
export function NumberField(props: NumberFieldProps): ReactElement {
  const { label, help, error, unit, placeholder, maxFractionDigits = 6, isDisabled, ...number } = props;
  return (
    <Field label={label} help={help} error={error} isDisabled={isDisabled}>
      <BaseNumberField.Root
        {...number}
        disabled={isDisabled ?? false}
        format={{ maximumFractionDigits: maxFractionDigits }}
      >
        <BaseNumberField.Group className="control">
          <BaseNumberField.Input placeholder={placeholder} />
          {unit !== undefined && <span className="control-suffix">{unit}</span>}
        </BaseNumberField.Group>
      </BaseNumberField.Root>
    </Field>
  );
}
