import { format } from "../../lib/format.ts";
import { m } from "../../lib/messages.ts";
import type { LampProps } from "../../ui/lamp.tsx";
import type { Connection } from "./connection-draft.ts";

type State = NonNullable<Connection["health"]>["state"];

const lamps: Record<State, LampProps["status"]> = {
  ready: "ready",
  degraded: "degraded",
  unreachable: "unreachable",
  unauthorized: "refused",
  disabled: "disabled",
  unknown: "loading",
};

/** A connection's lamp; trouble says since when. */
export function toLamp({ enabled, health }: Pick<Connection, "enabled" | "health">): LampProps {
  const state = enabled ? (health?.state ?? "unknown") : "disabled";
  const isTrouble = state === "unreachable" || state === "unauthorized" || state === "degraded";
  if (!isTrouble || !health) return { status: lamps[state] };
  return { status: lamps[state], detail: m.lamp.since({ when: format.relative(new Date(health.since)) }) };
}
