import { DomainError, isDomainError, type CallOptions, type OllamaBlob } from "@corral/core";
import { UploadBody, type UpstreamEndpoint } from "@corral/provider-kit";

/** @throws DomainError `invalid_input` unless it is `sha256:` and 64 lower-case hexadecimal digits. */
export function assertDigest(digest: string): void {
  if (/^sha256:[\da-f]{64}$/u.test(digest)) return;
  throw new DomainError("invalid_input", "A digest is `sha256:` and 64 lower-case hexadecimal digits.", {
    details: { param: "digest" },
  });
}

/** Whether the server has a blob. */
export async function hasBlob(
  endpoint: UpstreamEndpoint,
  digest: string,
  { signal }: CallOptions,
): Promise<boolean> {
  assertDigest(digest);
  try {
    const answer = await endpoint.open({
      path: `/api/blobs/${digest}`,
      method: "HEAD",
      pace: "list",
      signal,
    });
    await answer.drain();
    return true;
  } catch (error) {
    // An answer to HEAD has no text, so a server without the path looks like one without the blob.
    if (isDomainError(error) && error.details?.upstreamStatus === 404) return false;
    throw error;
  }
}

/** Sends a file's bytes. */
export async function uploadBlob(
  endpoint: UpstreamEndpoint,
  { digest, bytes }: OllamaBlob,
  { signal }: CallOptions,
): Promise<{ readonly created: boolean }> {
  assertDigest(digest);
  const answer = await endpoint.open({
    path: `/api/blobs/${digest}`,
    body: new UploadBody(bytes),
    pace: "transfer",
    signal,
  });
  await answer.drain();
  return { created: answer.status === 201 };
}
