import type { ParamMode } from "@corral/core";
import { RotateCcw } from "lucide-react";
import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { mModel } from "../../messages/model.ts";
import { Button } from "../../ui/button.tsx";
import { NumberField } from "../../ui/number-field.tsx";
import { Select } from "../../ui/select.tsx";
import { Slider } from "../../ui/slider.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { JsonField } from "./json-field.tsx";
import type { ParamField } from "./param-fields.ts";

export type ParamRowProps = {
  name: string;
  field: ParamField;
  /** `undefined` is not set, and then not sent. */
  value: unknown;
  onValueChange: (value: unknown) => void;
  mode: ParamMode;
  onModeChange: (mode: ParamMode) => void;
  onInvalid: (isInvalid: boolean) => void;
  error: string | undefined;
  isReadOnly: boolean;
};

export function ParamRow(props: ParamRowProps): ReactElement {
  const { name, field, value, onValueChange, mode, onModeChange, isReadOnly } = props;
  const isSet = value !== undefined;
  const modes = (["default", "fixed", "max"] as const).filter(
    (candidate) => candidate !== "max" || (field.kind === "number" && field.canCap),
  );
  return (
    <div className="param-row" data-set={isSet || undefined}>
      <ParamControl {...props} />
      {isSet ? (
        <Select
          label={mModel.modeOf({ name })}
          value={mode}
          onValueChange={onModeChange}
          isDisabled={isReadOnly}
          options={modes.map((candidate) => ({
            value: candidate,
            label: mModel.mode[candidate](),
            detail: mModel.modeHelp[candidate](),
          }))}
        />
      ) : (
        <span className="param-source">{mModel.notSet()}</span>
      )}
      <Button
        variant="quiet"
        shape="icon"
        className={isSet && !isReadOnly ? undefined : "invisible"}
        aria-label={mModel.unset({ name })}
        onClick={() => onValueChange(undefined)}
      >
        <RotateCcw size={14} aria-hidden />
      </Button>
    </div>
  );
}

function ParamControl(props: ParamRowProps): ReactElement {
  const { name, field, value, onValueChange, error, isReadOnly } = props;
  const common = { label: name, error, isDisabled: isReadOnly };
  switch (field.kind) {
    case "number":
      return <NumberParam {...props} field={field} />;
    case "switch":
      return (
        <Select
          {...common}
          value={value === undefined ? "unset" : value === true ? "on" : "off"}
          onValueChange={(next) => onValueChange(next === "unset" ? undefined : next === "on")}
          options={[
            { value: "unset", label: m.ui.notSet() },
            { value: "on", label: mModel.on() },
            { value: "off", label: mModel.off() },
          ]}
        />
      );
    case "choice":
      return (
        <Select
          {...common}
          value={typeof value === "string" ? value : "unset"}
          onValueChange={(next) => onValueChange(next === "unset" ? undefined : next)}
          options={[
            { value: "unset", label: m.ui.notSet() },
            ...field.choices.map((choice) => ({ value: choice, label: choice })),
          ]}
        />
      );
    case "lines":
      return (
        <TextArea
          {...common}
          isMono
          rows={2}
          spellCheck={false}
          help={mModel.stopHelp()}
          value={Array.isArray(value) ? value.join("\n") : ""}
          onValueChange={(text) => onValueChange(text === "" ? undefined : text.split("\n"))}
        />
      );
    case "text":
      return (
        <TextField
          {...common}
          isMono
          placeholder={m.ui.notSet()}
          value={typeof value === "string" || typeof value === "number" ? String(value) : ""}
          onChange={({ target }) => onValueChange(target.value === "" ? undefined : toScalar(target.value))}
        />
      );
    case "json":
      return (
        <JsonField {...common} value={value} onValueChange={onValueChange} onInvalid={props.onInvalid} />
      );
  }
}

/** `keep_alive` takes seconds as a number, and durations as text. */
function toScalar(text: string): string | number {
  return /^-?\d+$/u.test(text) ? Number(text) : text;
}

type NumberParamProps = ParamRowProps & { field: Extract<ParamField, { kind: "number" }> };

/** Bounded numbers have a slider, too. */
function NumberParam({
  name,
  field,
  value,
  onValueChange,
  error,
  isReadOnly,
}: NumberParamProps): ReactElement {
  const { min, max, step } = field;
  const number = typeof value === "number" ? value : null;
  return (
    <div className="param-number" data-bounded={max !== undefined || undefined}>
      <NumberField
        label={name}
        value={number}
        onValueChange={(next) => onValueChange(next ?? undefined)}
        step={step}
        {...(min !== undefined && { min })}
        {...(max !== undefined && { max })}
        placeholder={m.ui.notSet()}
        error={error}
        isDisabled={isReadOnly}
      />
      {min !== undefined && max !== undefined && (
        <Slider
          label={name}
          value={number}
          onValueChange={onValueChange}
          min={min}
          max={max}
          step={step}
          restAt={(min + max) / 2}
          isDisabled={isReadOnly}
        />
      )}
    </div>
  );
}
