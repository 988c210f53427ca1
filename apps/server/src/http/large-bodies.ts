import { DomainError, limits, type Actor } from "@corral/core";
import type { FastifyReply, FastifyRequest } from "fastify";

/**
 * Decides before a byte of the body is read whether it may come: only from somebody who is signed in, and a few at a
 * time, because each is held in memory as a whole.
 */
export function createLargeBodyGate(
  findActor: (request: FastifyRequest, reply: FastifyReply) => Promise<Actor | null>,
) {
  let underWay = 0;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if ((await findActor(request, reply)) === null) throw new DomainError("unauthenticated");
    // a length that nobody announces may be any
    if (Number(request.headers["content-length"] ?? Number.POSITIVE_INFINITY) <= limits.controlBodyBytes)
      return;
    if (underWay >= limits.largeBodies) {
      throw new DomainError("rate_limited", "Too many large documents are being read at this moment.", {
        details: { retryAfterMs: 5_000 },
      });
    }
    underWay += 1;
    reply.raw.once("close", () => {
      underWay -= 1;
    });
  };
}
