import {
  cloneElement,
  type ComponentProps,
  type ReactElement,
  useLayoutEffect,
  useRef,
  useState,
} from "react";

import { preloadPopups, usePopups } from "./lazy-overlays.ts";

export type TriggerElement = ReactElement<ComponentProps<"button">>;

type DeferredTriggerProps = {
  trigger: TriggerElement;
  popup: "menu" | "dialog";
  children: (overlays: NonNullable<ReturnType<typeof usePopups>>, wasPressed: boolean) => ReactElement;
};

/**
 * Shows a plain button until the overlay chunk is there, then hands over. A press in between is remembered
 * and opens the overlay; focus is carried over.
 */
export function DeferredTrigger({ trigger, popup, children }: DeferredTriggerProps): ReactElement {
  const overlays = usePopups();
  const [wasPressed, setWasPressed] = useState(false);
  const slot = useRef<HTMLSpanElement>(null);
  const [hasFocus, setHasFocus] = useState(false);

  useLayoutEffect(() => {
    if (overlays && hasFocus) slot.current?.querySelector("button")?.focus();
  }, [overlays, hasFocus]);

  const placeholder = cloneElement(trigger, {
    "aria-haspopup": popup,
    "aria-expanded": false,
    onPointerEnter: preloadPopups,
    onFocus: () => {
      setHasFocus(true);
      preloadPopups();
    },
    onBlur: () => setHasFocus(false),
    onClick: () => {
      setWasPressed(true);
      preloadPopups();
    },
  });
  return (
    <span ref={slot} className="contents">
      {overlays ? children(overlays, wasPressed) : placeholder}
    </span>
  );
}
