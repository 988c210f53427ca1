import { type ReactElement, useState } from "react";

import { mModel } from "../../messages/model.ts";
import { TextArea } from "../../ui/text-area.tsx";

type JsonFieldProps = {
  label: string;
  value: unknown;
  onValueChange: (value: unknown) => void;
  /** The text is no JSON for now; it must not be saved. */
  onInvalid: (isInvalid: boolean) => void;
  error: string | undefined;
  isDisabled: boolean;
};

export function JsonField(props: JsonFieldProps): ReactElement {
  const { label, value, onValueChange, onInvalid, error, isDisabled } = props;
  const [typed, setTyped] = useState<{ text: string; value: unknown }>();
  // Someone else set the value: reset, discard, or a newer version of the model.
  const isOwn = typed !== undefined && typed.value === value;
  const text = isOwn ? typed.text : toText(value);
  const isBroken = text.trim() !== "" && parse(text) === undefined;

  const onText = (next: string): void => {
    const parsed = next.trim() === "" ? undefined : parse(next);
    const isInvalid = next.trim() !== "" && parsed === undefined;
    setTyped({ text: next, value: isInvalid ? value : parsed });
    onInvalid(isInvalid);
    if (!isInvalid) onValueChange(parsed);
  };
  return (
    <TextArea
      label={label}
      isMono
      rows={2}
      spellCheck={false}
      placeholder={mModel.jsonPlaceholder()}
      value={text}
      onValueChange={onText}
      error={isBroken ? mModel.jsonBroken() : error}
      isDisabled={isDisabled}
    />
  );
}

function toText(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value, null, 2);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
