import { type ComponentProps, type MouseEvent, type ReactElement, useId } from "react";

import { cx } from "../lib/cx.ts";
import { Tooltip } from "./tooltip.tsx";

export type ButtonVariant = "primary" | "secondary" | "quiet" | "danger";

export type ButtonProps = Omit<ComponentProps<"button">, "disabled"> & {
  variant?: ButtonVariant;
  size?: "default" | "small";
  /** Square, for a lone icon; then `aria-label` is required and is shown as a tooltip. */
  shape?: "text" | "icon";
  /** A change is under way: the button keeps its place and its focus, and ignores presses. */
  isBusy?: boolean;
  /** Why it cannot be pressed now. It stays focusable, so that everyone can learn the reason. */
  disabledReason?: string | undefined;
};

export function Button(props: ButtonProps): ReactElement {
  const { variant, size, shape, isBusy, disabledReason, className, onClick, ...rest } = props;
  const reasonId = useId();
  const isInert = isBusy === true || disabledReason !== undefined;
  const onPress = (event: MouseEvent<HTMLButtonElement>): void => {
    if (isInert) event.preventDefault();
    else onClick?.(event);
  };

  const button = (
    <button
      type="button"
      {...rest}
      className={cx("button", className)}
      data-variant={variant}
      data-size={size}
      data-shape={shape}
      aria-busy={isBusy || undefined}
      aria-disabled={disabledReason === undefined ? rest["aria-disabled"] : true}
      aria-describedby={cx(rest["aria-describedby"], disabledReason !== undefined && reasonId) || undefined}
      onClick={onPress}
    />
  );
  const hint = disabledReason ?? (shape === "icon" ? rest["aria-label"] : undefined);
  if (hint === undefined) return button;
  return (
    <>
      <Tooltip label={hint}>{button}</Tooltip>
      {disabledReason !== undefined && (
        <span hidden id={reasonId}>
          {disabledReason}
        </span>
      )}
    </>
  );
}

/** The look of a button for a link: what navigates is an `<a>`, what acts is a `<button>`. */
export function buttonLook(variant: ButtonVariant = "secondary"): {
  className: string;
  "data-variant": string;
} {
  return { className: "button", "data-variant": variant };
}
