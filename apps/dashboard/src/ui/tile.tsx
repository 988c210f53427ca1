import type { ReactElement } from "react";

import { createTilePattern } from "./tile-pattern.ts";

/** A face for every model without an upload. Decorative: the name stands beside it. */
export function Tile({ id, size = 20 }: { id: string; size?: 20 | 28 | 40 }): ReactElement {
  const { hue, cells } = createTilePattern(id);
  return (
    <svg
      className="tile"
      data-hue={hue}
      width={size}
      height={size}
      viewBox="0 0 4 4"
      aria-hidden
      shapeRendering="crispEdges"
    >
      {cells.map(({ x, y, isSoft }) => (
        <rect
          key={`${x}${y}`}
          x={x}
          y={y}
          width="1"
          height="1"
          fill="currentColor"
          className={isSoft ? "tile-soft" : undefined}
        />
      ))}
    </svg>
  );
}
