import type { ErrorCodeSpec } from "./error-code-spec.ts";

const caller = { retryable: false, expose: true, fault: "caller" } as const;

/** What can be wrong with many models at once: writes, undo, pins, documents, policies. */
export const operationErrors = {
  selection_changed: {
    ...caller,
    status: 409,
    meaning: "There are more or fewer models than the caller agreed to.",
    remedy: "Load the list again, look at what is there now, and repeat with that total.",
  },
  operation_not_found: {
    ...caller,
    status: 404,
    meaning: "There is no such operation, or it is not kept any more.",
    remedy: "Choose one that `operations.list` shows.",
  },
  operation_running: {
    ...caller,
    status: 409,
    meaning: "The operation has not ended yet.",
    remedy: "Wait until `operations.get` says that it is done, then undo it.",
  },
  pin_not_found: {
    ...caller,
    status: 404,
    meaning: "The model has no such pin.",
    remedy: "Choose one that `models.pins.list` shows.",
  },
  owned_by_others: {
    ...caller,
    status: 409,
    meaning: "The object was made by hand or by another document, and differs from this one.",
    remedy: "Apply with `adopt` to take it over, or make the document say what is stored.",
  },
  policy_not_found: {
    ...caller,
    status: 404,
    meaning: "There is no such policy.",
    remedy: "Take its uid from the list of policies.",
  },
} as const satisfies Record<string, ErrorCodeSpec>;
