import type { ComponentProps, ReactElement } from "react";

import { useOverlays } from "./overlay/lazy-overlays.ts";

export type TooltipProps = {
  label: string;
  /** One focusable element that already has an accessible name: a tooltip only shows, it does not name. */
  children: ReactElement<ComponentProps<"button">>;
  side?: "top" | "right" | "bottom";
};

export function Tooltip({ label, children, side = "top" }: TooltipProps): ReactElement {
  const overlays = useOverlays();
  if (!overlays) return children;
  return (
    <overlays.TooltipOverlay label={label} side={side}>
      {children}
    </overlays.TooltipOverlay>
  );
}
