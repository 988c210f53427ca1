import type { ClientInfo } from "@corral/core";
import type { FastifyRequest } from "fastify";

/** Who is at the other end, for limits and the session list. */
export function clientOf(request: FastifyRequest): ClientInfo {
  return { address: request.ip, userAgent: request.headers["user-agent"] ?? "", requestId: request.id };
}
