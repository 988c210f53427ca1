import type { ErrorCode } from "@corral/core";
import type { RawRequest } from "../support/raw-request.ts";
import type { Names } from "./names.ts";

/** An input that was answered wrongly once, and what it is told since. */
export type Regression = {
  readonly what: string;
  /** As whom: an administrator, or a directory. */
  readonly as?: "directory";
  readonly request: (names: Names) => RawRequest;
  readonly status: number;
  readonly code?: ErrorCode;
};

export const regressions: readonly Regression[] = [];
