import { inOnePiece, serveInProcess } from "@corral/core/testing";
import { describe, expect, test } from "vitest";
import type { Authorize } from "./authorize.ts";
import { UpstreamEndpoint } from "./upstream-endpoint.ts";
import { UploadBody } from "./upstream-request.ts";

const defaults = { firstByteMs: 1_000, idleMs: 1_000, totalMs: 5_000, listMs: 1_000 };
const { signal } = new AbortController();

async function endpointWith(acceptedToken: string) {
  const upstream = await serveInProcess(
    ({ headers }) =>
      headers["authorization"] === `Bearer ${acceptedToken}`
        ? { body: "{}" }
        : { status: 401, body: `{"error":{"message":"token ${headers["authorization"]} has expired"}}` },
    inOnePiece,
  );
  const needs: boolean[] = [];
  const authorize: Authorize = async ({ refresh }) => {
    needs.push(refresh);
    const token = refresh ? "token-two" : "token-one";
    return { headers: { authorization: `Bearer ${token}` }, secrets: [token] };
  };
  const { baseUrl, transport, requests } = upstream;
  return { endpoint: new UpstreamEndpoint({ baseUrl, transport, authorize, defaults }), needs, requests };
}

describe("headers made for each request", () => {
  test("are made afresh once when the endpoint refuses them, and the request is repeated", async () => {
    const { endpoint, needs, requests } = await endpointWith("token-two");

    await expect(endpoint.json({ path: "/models", pace: "list", signal })).resolves.toEqual({});

    expect(needs).toEqual([false, true]);
    expect(requests).toHaveLength(2);
  });

  test("end in an error without the token when the endpoint refuses the fresh ones too", async () => {
    const { endpoint, needs, requests } = await endpointWith("another");

    const failure: unknown = await endpoint
      .json({ path: "/models", pace: "list", signal })
      .catch((error: unknown) => error);

    expect(failure).toMatchObject({ code: "upstream_unauthorized" });
    expect(JSON.stringify(failure)).not.toMatch(/token-(?:one|two)/u);
    expect(needs).toEqual([false, true]);
    expect(requests).toHaveLength(2);
  });

  test("are not asked for twice when the body can be sent only once", async () => {
    const { endpoint, requests } = await endpointWith("token-two");
    const bytes = (async function* pieces() {
      yield new TextEncoder().encode("GG");
      yield new TextEncoder().encode("UF");
    })();

    const call = endpoint.open({ path: "/blobs", body: new UploadBody(bytes), pace: "transfer", signal });

    await expect(call).rejects.toMatchObject({ code: "upstream_unauthorized" });
    expect(requests.map(({ body }) => body)).toEqual(["GGUF"]);
  });
});
