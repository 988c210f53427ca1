import type { IncomingHttpHeaders } from "node:http";
import type { ReplyFunction } from "../reply/reply.ts";
import { type JsonObject, toJsonObject } from "./json-object.ts";

/** One request, read to its end. */
export type SimulatedRequest = {
  method: string;
  /** The request target as sent, query included. */
  url: string;
  /** The target without its query, not decoded, dot segments kept. */
  path: string;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  /** Parsed JSON; text where it is none; undefined for an empty body. */
  body: unknown;
  /** The parser's complaint about a body that is not JSON. */
  jsonError: string | undefined;
  /** Aborted when the client is gone. */
  signal: AbortSignal;
  /** 1 for the first request on its connection. */
  requestOnSocket: number;
  /** Speaks instead of the server's reply function. */
  reply: ReplyFunction | undefined;
};

export function bodyOf(request: SimulatedRequest): JsonObject {
  return toJsonObject(request.body);
}

export function headerOf(request: SimulatedRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}

/** Decodes a body the way servers do: whatever the content type says, it should be JSON. */
export function decodeBody(bytes: Buffer): { body: unknown; jsonError: string | undefined } {
  if (bytes.length === 0) return { body: undefined, jsonError: undefined };
  const text = bytes.toString("utf8");
  try {
    return { body: JSON.parse(text), jsonError: undefined };
  } catch (error) {
    return { body: text, jsonError: error instanceof Error ? error.message : String(error) };
  }
}
