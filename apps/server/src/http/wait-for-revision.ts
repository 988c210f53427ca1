import type { Catalog } from "@corral/core";
import type { FastifyRequest } from "fastify";

/**
 * A caller that names a revision is never answered from an older snapshot. The wait ends with the request.
 *
 * @throws DomainError `catalog_behind` after two seconds, `invalid_input` for a revision that never was.
 */
export async function waitForRevision(
  request: FastifyRequest,
  catalog: Pick<Catalog, "waitFor">,
): Promise<void> {
  const revision = request.headers["x-corral-min-revision"];
  if (typeof revision !== "string") return;
  const left = new AbortController();
  const onClose = () => left.abort();
  request.raw.once("close", onClose);
  try {
    await catalog.waitFor(revision, left.signal);
  } finally {
    request.raw.off("close", onClose);
  }
}
