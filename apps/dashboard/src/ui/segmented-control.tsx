import { Toggle } from "@base-ui/react/toggle";
import { ToggleGroup } from "@base-ui/react/toggle-group";
import type { ReactElement } from "react";

export type SegmentedControlProps<Value extends string> = {
  label: string;
  value: Value;
  onValueChange: (value: Value) => void;
  options: readonly { value: Value; label: string }[];
};

/** One of two to four views; one is always chosen. */
export function SegmentedControl<Value extends string>(props: SegmentedControlProps<Value>): ReactElement {
  return (
    <ToggleGroup<Value>
      className="segments"
      aria-label={props.label}
      value={[props.value]}
      onValueChange={([next]) => {
        if (next !== undefined) props.onValueChange(next);
      }}
    >
      {props.options.map((option) => (
        <Toggle<Value> key={option.value} value={option.value} className="segment">
          {option.label}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
