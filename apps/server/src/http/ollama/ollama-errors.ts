import type { ErrorCode } from "@corral/core";
import { providerErrors } from "../rest/route-answers.ts";

/** What can go wrong with a call of a model. */
export const callErrors = [
  "model_not_found",
  "model_inactive",
  "model_retired",
  "base_missing",
  "base_inactive",
  "base_not_shared",
  "base_cycle",
  "base_too_deep",
  "gone_upstream",
  "unsupported_feature",
  "context_length_exceeded",
  "content_filtered",
  ...providerErrors,
] as const satisfies readonly ErrorCode[];
