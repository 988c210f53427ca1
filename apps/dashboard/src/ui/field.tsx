import { Field as BaseField } from "@base-ui/react/field";
import type { ReactElement, ReactNode } from "react";

export type FieldText = {
  label: string;
  help?: ReactNode;
  /** What is wrong and how to mend it; its presence marks the control invalid. */
  error?: string | undefined;
};

export type FieldProps = FieldText & {
  children: ReactNode;
  isDisabled?: boolean | undefined;
  /** For a control that is not an input of its own, and is named by `aria-labelledby`. */
  isLabelNative?: boolean;
};

/** Label, control, help and error, wired to each other. */
export function Field(props: FieldProps): ReactElement {
  const { label, help, error, children, isDisabled = false, isLabelNative = true } = props;
  return (
    <BaseField.Root className="field" invalid={error !== undefined} disabled={isDisabled}>
      {isLabelNative ? (
        <BaseField.Label className="field-label">{label}</BaseField.Label>
      ) : (
        <BaseField.Label className="field-label" nativeLabel={false} render={<div />}>
          {label}
        </BaseField.Label>
      )}
      {children}
      {error !== undefined && (
        <BaseField.Error className="field-error" match>
          {error}
        </BaseField.Error>
      )}
      {help !== undefined && <BaseField.Description className="field-help">{help}</BaseField.Description>}
    </BaseField.Root>
  );
}
