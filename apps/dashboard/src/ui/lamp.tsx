import type { ReactElement } from "react";

import { m } from "../lib/messages.ts";

/** Of a model or a connection. */
export type ModelStatus = keyof typeof m.status;

type Shape = "full" | "half" | "cross" | "triangle" | "ring" | "dashed";
type Tone = "ok" | "warn" | "bad" | "info" | "off";

const looks: Record<ModelStatus, { shape: Shape; tone: Tone }> = {
  ready: { shape: "full", tone: "ok" },
  degraded: { shape: "half", tone: "warn" },
  unreachable: { shape: "cross", tone: "bad" },
  refused: { shape: "cross", tone: "bad" },
  gone_upstream: { shape: "triangle", tone: "warn" },
  base_missing: { shape: "triangle", tone: "warn" },
  base_inactive: { shape: "triangle", tone: "warn" },
  base_not_shared: { shape: "triangle", tone: "warn" },
  shadowed: { shape: "triangle", tone: "info" },
  disabled: { shape: "ring", tone: "off" },
  loading: { shape: "dashed", tone: "info" },
};

const stroke = { fill: "none", stroke: "currentColor", strokeWidth: 1.75 } as const;

const shapes: Record<Shape, ReactElement> = {
  full: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  half: (
    <>
      <circle cx="6" cy="6" r="4.2" {...stroke} />
      <path d="M6 1.8a4.2 4.2 0 0 0 0 8.4z" fill="currentColor" />
    </>
  ),
  cross: <path d="m2.5 2.5 7 7m0-7-7 7" {...stroke} strokeWidth={2} />,
  triangle: <path d="M6 2 10.6 10H1.4z" {...stroke} strokeLinejoin="round" />,
  ring: <circle cx="6" cy="6" r="4.2" {...stroke} />,
  dashed: <circle cx="6" cy="6" r="4.2" {...stroke} strokeDasharray="2.2 2.2" />,
};

export type LampProps = {
  status: ModelStatus;
  /** Follows the word: "since 13:40". */
  detail?: string;
};

/** A status as shape, word and color, so that no one of them is needed to tell it. */
export function Lamp({ status, detail }: LampProps): ReactElement {
  const { shape, tone } = looks[status];
  return (
    <span className="lamp" data-tone={tone}>
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden>
        {shapes[shape]}
      </svg>
      <span>
        {m.status[status]()}
        {detail !== undefined && <span className="text-ink-muted"> {detail}</span>}
      </span>
    </span>
  );
}
