/** What one look found. */
export type Finding = {
  /** e.g. `port`, or `provider openai-1`. */
  readonly name: string;
  /** `skipped`: it cannot be looked at as things are. */
  readonly status: "ok" | "warning" | "failed" | "skipped";
  readonly message: string;
  /** How to mend it; empty where nothing is broken. */
  readonly remedy: string;
};

/** How far two clocks may differ before anybody is told. */
export const toleratedClockMs = 5_000;

export function ok(name: string, message: string): Finding {
  return { name, status: "ok", message, remedy: "" };
}
export function skipped(name: string, message: string): Finding {
  return { name, status: "skipped", message, remedy: "" };
}
export function warning(name: string, message: string, remedy: string): Finding {
  return { name, status: "warning", message, remedy };
}
export function failed(name: string, message: string, remedy: string): Finding {
  return { name, status: "failed", message, remedy };
}
