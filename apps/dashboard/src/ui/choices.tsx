import { Checkbox as BaseCheckbox } from "@base-ui/react/checkbox";
import { Field as BaseField } from "@base-ui/react/field";
import { Fieldset } from "@base-ui/react/fieldset";
import { Radio } from "@base-ui/react/radio";
import { RadioGroup as BaseRadioGroup } from "@base-ui/react/radio-group";
import { Switch as BaseSwitch } from "@base-ui/react/switch";
import { Check, Minus } from "lucide-react";
import type { ReactElement, ReactNode } from "react";

import { cx } from "../lib/cx.ts";

type ChoiceProps = {
  label: string;
  help?: ReactNode;
  isChecked: boolean;
  onChange: (isChecked: boolean) => void;
  isDisabled?: boolean;
  /** The words are for assistive technology only: table cells, where the column names the control. */
  isLabelHidden?: boolean;
};

/** On or off at once, without saving. */
export function Switch(props: ChoiceProps): ReactElement {
  return (
    <Choice {...props}>
      <BaseSwitch.Root
        className="switch"
        checked={props.isChecked}
        onCheckedChange={(isChecked) => props.onChange(isChecked)}
      >
        <BaseSwitch.Thumb className="switch-thumb" />
      </BaseSwitch.Root>
    </Choice>
  );
}

export type CheckboxProps = ChoiceProps & {
  /** Some of what this box stands for is checked. */
  isMixed?: boolean;
};

export function Checkbox({ isMixed = false, ...props }: CheckboxProps): ReactElement {
  const Icon = isMixed ? Minus : Check;
  return (
    <Choice {...props}>
      <BaseCheckbox.Root
        className="checkbox"
        checked={props.isChecked}
        indeterminate={isMixed}
        onCheckedChange={(isChecked) => props.onChange(isChecked)}
      >
        <BaseCheckbox.Indicator render={<Icon size={12} strokeWidth={3} aria-hidden />} />
      </BaseCheckbox.Root>
    </Choice>
  );
}

function Choice(props: ChoiceProps & { children: ReactElement }): ReactElement {
  return (
    <BaseField.Root className="choice" disabled={props.isDisabled ?? false}>
      {props.children}
      <BaseField.Label className={cx(props.isLabelHidden && "sr-only")}>{props.label}</BaseField.Label>
      {props.help !== undefined && (
        <BaseField.Description className="field-help">{props.help}</BaseField.Description>
      )}
    </BaseField.Root>
  );
}

export type RadioGroupProps<Value extends string> = {
  label: string;
  value: Value;
  onValueChange: (value: Value) => void;
  options: readonly { value: Value; label: string; help?: ReactNode; isDisabled?: boolean }[];
  error?: string | undefined;
  isDisabled?: boolean;
};

export function RadioGroup<Value extends string>(props: RadioGroupProps<Value>): ReactElement {
  const { label, value, onValueChange, options, error, isDisabled = false } = props;
  return (
    <BaseField.Root
      className="field"
      invalid={error !== undefined}
      render={
        <Fieldset.Root
          render={<BaseRadioGroup<Value> value={value} onValueChange={onValueChange} disabled={isDisabled} />}
        />
      }
    >
      <Fieldset.Legend className="field-label">{label}</Fieldset.Legend>
      {options.map((option) => (
        <BaseField.Item key={option.value} className="choice" disabled={option.isDisabled ?? false}>
          <Radio.Root value={option.value} className="radio">
            <Radio.Indicator className="radio-dot" />
          </Radio.Root>
          <BaseField.Label>{option.label}</BaseField.Label>
          {option.help !== undefined && (
            <BaseField.Description className="field-help">{option.help}</BaseField.Description>
          )}
        </BaseField.Item>
      ))}
      {error !== undefined && (
        <BaseField.Error className="field-error" match>
          {error}
        </BaseField.Error>
      )}
    </BaseField.Root>
  );
}
