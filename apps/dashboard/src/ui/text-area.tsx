import { Field as BaseField } from "@base-ui/react/field";
import { type ComponentProps, type KeyboardEvent, type ReactElement, useLayoutEffect, useRef } from "react";

import { Field, type FieldText } from "./field.tsx";

export type TextAreaProps = FieldText &
  Pick<
    ComponentProps<"textarea">,
    "name" | "placeholder" | "maxLength" | "required" | "readOnly" | "spellCheck"
  > & {
    value: string;
    onValueChange: (value: string) => void;
    onBlur?: () => void;
    onKeyDown?: (event: KeyboardEvent<HTMLTextAreaElement>) => void;
    rows?: number;
    isDisabled?: boolean;
    isMono?: boolean;
  };

/** Grows with its text, up to 60 % of the window. */
export function TextArea(props: TextAreaProps): ReactElement {
  const { label, help, error, isDisabled, isMono, rows = 3, onValueChange, onKeyDown, ...area } = props;
  const element = useRef<HTMLTextAreaElement>(null);

  // Where the browser lacks field-sizing, the height follows the text by hand.
  useLayoutEffect(() => {
    const target = element.current;
    if (!target || CSS.supports("field-sizing", "content")) return;
    target.style.height = "auto";
    target.style.height = `${target.scrollHeight + 2}px`;
  });

  return (
    <Field label={label} help={help} error={error} isDisabled={isDisabled}>
      <BaseField.Control
        render={
          <textarea
            ref={element}
            rows={rows}
            className="control"
            onKeyDown={onKeyDown}
            data-mono={isMono || undefined}
            style={{ minHeight: `calc(${rows} * 1.25rem + 14px)` }}
          />
        }
        {...area}
        onValueChange={(value) => onValueChange(value)}
      />
    </Field>
  );
}
