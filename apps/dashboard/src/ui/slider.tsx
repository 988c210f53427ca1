import { Slider as BaseSlider } from "@base-ui/react/slider";
import type { ReactElement } from "react";

import { m } from "../lib/messages.ts";

export type SliderProps = {
  /** The accessible name; a visible label stands beside the number field that a slider accompanies. */
  label: string;
  /** `null` is not set: the thumb rests, hollow, at `restAt` and no value is claimed. */
  value: number | null;
  onValueChange: (value: number) => void;
  min: number;
  max: number;
  step: number;
  restAt?: number;
  isDisabled?: boolean;
};

export function Slider(props: SliderProps): ReactElement {
  const { label, value, onValueChange, min, max, step, restAt = min, isDisabled = false } = props;
  return (
    <BaseSlider.Root
      value={value ?? restAt}
      onValueChange={(next) => onValueChange(next)}
      min={min}
      max={max}
      step={step}
      largeStep={step * 10}
      disabled={isDisabled}
      data-unset={value === null || undefined}
    >
      <BaseSlider.Control className="slider-control">
        <BaseSlider.Track className="slider-track">
          <BaseSlider.Indicator className="slider-indicator" />
          <BaseSlider.Thumb
            className="slider-thumb"
            getAriaLabel={() => label}
            getAriaValueText={(formatted) => (value === null ? m.ui.notSet() : formatted)}
          />
        </BaseSlider.Track>
      </BaseSlider.Control>
    </BaseSlider.Root>
  );
}
