import { limits } from "@corral/core";
import type { ReactElement } from "react";

import { m } from "../lib/messages.ts";
import { PasswordField } from "./text-field.tsx";

export type NewPasswordFieldProps = {
  label: string;
  value: string;
  onValueChange: (value: string) => void;
  error?: string | undefined;
};

/** A password that is chosen here; says how long it has to be, and how much is missing. */
export function NewPasswordField({
  label,
  value,
  onValueChange,
  error,
}: NewPasswordFieldProps): ReactElement {
  return (
    <PasswordField
      label={label}
      autoComplete="new-password"
      help={m.signIn.passwordHelp({ min: limits.passwordLengthMin, now: value.length })}
      value={value}
      onChange={(event) => onValueChange(event.target.value)}
      error={error}
    />
  );
}
