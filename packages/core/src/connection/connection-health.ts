import type { ErrorCode } from "../error/error-codes.ts";

/** `unknown` until the first attempt has ended. */
export const connectionStates = [
  "ready",
  "degraded",
  "unreachable",
  "unauthorized",
  "disabled",
  "unknown",
] as const;
export type ConnectionState = (typeof connectionStates)[number];

/** How a connection is, now. Times are ISO 8601. */
export type ConnectionHealth = {
  readonly connectionUid: string;
  readonly state: ConnectionState;
  /** Since when it is in this state. */
  readonly since: string;
  readonly errorCode: ErrorCode | null;
  readonly errorMessage: string | null;
  readonly latencyMs: number | null;
  readonly lastSuccessAt: string | null;
  readonly modelCount: number;
};

/** Health in memory. It has its own epoch, so that a lamp never changes the catalog's revision. */
export interface HealthBoard {
  /** Grows with every change of a state. */
  readonly epoch: number;
  of(connectionUid: string): ConnectionHealth | undefined;
}
