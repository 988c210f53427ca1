import { Field as BaseField } from "@base-ui/react/field";
import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, type ReactElement, useState } from "react";

import { m } from "../lib/messages.ts";
import { Field, type FieldText } from "./field.tsx";

export type TextFieldProps = FieldText &
  Omit<ComponentProps<"input">, "className" | "disabled" | "defaultValue" | "value"> & {
    value?: string;
    defaultValue?: string;
    isDisabled?: boolean;
    /** For what a machine reads: ids, addresses, keys. */
    isMono?: boolean;
  };

/** One line of text. Takes what `register` of react-hook-form returns. */
export function TextField(props: TextFieldProps): ReactElement {
  const { label, help, error, isDisabled, isMono, ...input } = props;
  return (
    <Field label={label} help={help} error={error} isDisabled={isDisabled}>
      <BaseField.Control className="control" data-mono={isMono || undefined} {...input} />
    </Field>
  );
}

/** Paste and password managers are welcome; what was typed can be shown. */
export function PasswordField(props: TextFieldProps): ReactElement {
  const { label, help, error, isDisabled, isMono, ...input } = props;
  return (
    <Field label={label} help={help} error={error} isDisabled={isDisabled}>
      <ConcealedControl isMono={isMono ?? false} input={input} />
    </Field>
  );
}

type ConcealedControlProps = { isMono: boolean; input: ComponentProps<typeof BaseField.Control> };

export function ConcealedControl({ isMono, input }: ConcealedControlProps): ReactElement {
  const [isRevealed, setIsRevealed] = useState(false);
  const Icon = isRevealed ? EyeOff : Eye;
  return (
    <div className="control">
      <BaseField.Control
        {...input}
        type={isRevealed ? "text" : "password"}
        data-mono={isMono || undefined}
        spellCheck={false}
        autoCapitalize="none"
      />
      <button
        type="button"
        className="inline-button"
        aria-label={isRevealed ? m.ui.conceal() : m.ui.reveal()}
        onClick={() => setIsRevealed(!isRevealed)}
      >
        <Icon size={16} aria-hidden />
      </button>
    </div>
  );
}
