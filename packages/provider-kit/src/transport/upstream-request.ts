import type { CallEffort, JsonObject } from "@corral/core";
import { asText } from "../json/read-json.ts";
import type { GuardedCall } from "../reliability/call-guard.ts";
import type { Deadlines } from "./call-clock.ts";
import type { HttpRequest } from "./http-transport.ts";

export type UpstreamRequest = {
  /** Appended to the base URL, e.g. `/api/tags`. */
  readonly path: string;
  /** Default: POST with a body, GET without. */
  readonly method?: HttpRequest["method"];
  /**
   * An object is sent as JSON; the `model` in it, if any, has a circuit of its own. Bytes are sent once: such a request is
   * never repeated.
   */
  readonly body?: JsonObject | UploadBody;
  /** `list` for short questions: one limit for everything. `call` for work that may take long. `transfer` for work that may take hours but must not fall silent. */
  readonly pace: "list" | "call" | "transfer";
  readonly accept?: string;
  readonly signal: AbortSignal;
  readonly effort?: CallEffort | undefined;
};

/** Bytes as they are, e.g. a model file. */
export class UploadBody {
  readonly bytes: Uint8Array | AsyncIterable<Uint8Array>;

  constructor(bytes: Uint8Array | AsyncIterable<Uint8Array>) {
    this.bytes = bytes;
  }
}

/** Whether the body is still there to be sent a second time. */
export function isResendable({ body }: UpstreamRequest): boolean {
  return !(body instanceof UploadBody) || body.bytes instanceof Uint8Array;
}

const roles = { call: "call", list: "probe", transfer: "apart" } as const;

/** What the guard has to know of a request. */
export function toGuardedCall(request: UpstreamRequest, deadlines: Deadlines): GuardedCall {
  const { pace, method, body, signal, effort } = request;
  const json = body instanceof UploadBody ? undefined : body;
  const { firstByteMs = Infinity, totalMs = Infinity } = deadlines;
  return {
    role: roles[pace],
    model: pace === "call" ? asText(json?.["model"]) : undefined,
    mayRepeat: pace !== "transfer" && method !== "DELETE" && json === body,
    failFast: effort?.failFast ?? false,
    deadlineMs: Math.min(firstByteMs, totalMs),
    signal,
  };
}
