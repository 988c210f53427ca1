import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { DomainError, limits } from "@corral/core";
import { toOpenAIError } from "./openai/error-body.ts";

/** So long whoever is refused may go on sending before the connection is cut. */
const lingerMs = 1_000;

const answered = new WeakSet<Socket>();

/**
 * Answers bytes that are no request, or none that ends: the parser knows no route, so there is no hook and no dialect.
 * The answer says that the connection ends with it, else a client would send its next request into the closing one; and
 * what is still on its way is read and dropped, else the answer would be lost in a reset.
 */
export function refuseUnreadable(error: { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable || answered.has(socket)) {
    if (!answered.has(socket)) socket.destroy();
    return;
  }
  answered.add(socket);
  socket.end(toAnswer(error.code));
  setTimeout(() => socket.destroy(), lingerMs).unref();
}

function toAnswer(code: string | undefined): string {
  const { status, error } = toRefusal(code);
  const body = JSON.stringify(toOpenAIError(error).body);
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "content-type: application/json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    "cache-control: no-store",
    "x-content-type-options: nosniff",
    `x-request-id: ${randomUUID()}`,
    "connection: close",
    "",
    body,
  ].join("\r\n");
}

function toRefusal(code: string | undefined): { readonly status: number; readonly error: DomainError } {
  if (code === "HPE_HEADER_OVERFLOW") {
    const message = `The headers are larger than ${limits.requestHeaderBytes} bytes.`;
    return { status: 431, error: new DomainError("payload_too_large", message) };
  }
  const isLate = code === "ERR_HTTP_REQUEST_TIMEOUT";
  const message = isLate ? "The request did not arrive in time." : "This is no request of HTTP/1.1.";
  return { status: isLate ? 408 : 400, error: new DomainError("invalid_input", message) };
}
