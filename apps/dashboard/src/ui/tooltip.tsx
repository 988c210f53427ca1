import type { ComponentProps, ReactElement } from "react";

import { usePopups } from "./overlay/lazy-overlays.ts";

export type TooltipProps = {
  label: string;
  /** One focusable element that already has an accessible name: a tooltip only shows, it does not name. */
  children: ReactElement<ComponentProps<"button">>;
  side?: "top" | "right" | "bottom";
};

export function Tooltip({ label, children, side = "top" }: TooltipProps): ReactElement {
  const overlays = usePopups();
  if (!overlays) return children;
  return (
    <overlays.TooltipOverlay label={label} side={side}>
      {children}
    </overlays.TooltipOverlay>
  );
}
