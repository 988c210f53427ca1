import { type ReactElement, useEffect, useRef, useState } from "react";

import { m } from "../lib/messages.ts";
import { Button } from "./button.tsx";
import { Field, type FieldText } from "./field.tsx";
import { ConcealedControl } from "./text-field.tsx";

export type StoredSecret = {
  /** Enough to tell two keys apart, "•••• 3f9a"; never the secret. */
  hint: string;
  setAt: string;
  setBy?: string;
};

export type SecretFieldProps = FieldText & {
  stored?: StoredSecret | undefined;
  /** `undefined` leaves the stored secret untouched; text replaces it. */
  value: string | undefined;
  onValueChange: (value: string | undefined) => void;
  placeholder?: string;
  isDisabled?: boolean;
};

/** A key that the server never gives back: shown as a hint, replaced as a whole. */
export function SecretField(props: SecretFieldProps): ReactElement {
  const { label, help, error, stored, value, onValueChange, placeholder, isDisabled } = props;
  const [isReplacing, setIsReplacing] = useState(false);
  const slot = useRef<HTMLDivElement>(null);
  const isFocusWanted = useRef(false);
  const isStoredShown = stored !== undefined && !isReplacing && value === undefined;

  // The pressed button disappears, so focus moves to what takes its place.
  useEffect(() => {
    if (!isFocusWanted.current) return;
    isFocusWanted.current = false;
    slot.current?.querySelector<HTMLElement>("input, button")?.focus();
  });

  const setReplacing = (next: boolean): void => {
    isFocusWanted.current = true;
    setIsReplacing(next);
    if (!next) onValueChange(undefined);
  };

  return (
    <Field label={label} help={help} error={error} isDisabled={isDisabled} isLabelNative={!isStoredShown}>
      <div ref={slot}>
        {isStoredShown ? (
          <div className="flex min-h-[var(--control)] flex-wrap items-center gap-3">
            <span className="mono">
              {m.secret.stored({ hint: stored.hint, setAt: stored.setAt, setBy: stored.setBy })}
            </span>
            {!isDisabled && (
              <Button size="small" onClick={() => setReplacing(true)}>
                {m.secret.replace()}
              </Button>
            )}
          </div>
        ) : (
          <div className="flex items-center gap-2">
            <ConcealedControl
              isMono
              input={{
                value: value ?? "",
                onValueChange: (next) => onValueChange(next === "" && stored ? undefined : next),
                placeholder,
                autoComplete: "off",
              }}
            />
            {stored && (
              <Button variant="quiet" onClick={() => setReplacing(false)}>
                {m.secret.keep()}
              </Button>
            )}
          </div>
        )}
      </div>
    </Field>
  );
}
