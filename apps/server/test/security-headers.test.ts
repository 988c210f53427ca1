import { expect, test } from "vitest";
import { securityHeaders } from "../src/http/security-headers.ts";
import { startTestServer } from "./support/start-test-server.ts";

const policy =
  "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;connect-src 'self';font-src 'self';" +
  "form-action 'self';frame-ancestors 'none';base-uri 'none'";

test("[HDR-1] every answer, also an error, carries the headers that keep browsers on the safe side", async () => {
  await using server = await startTestServer();
  const paths = [
    "/health",
    "/ready",
    "/nothing",
    "/v1/models",
    "/v1/nothing",
    "/trpc/auth.session",
    "/trpc/no.such",
    "/api/v1/auths/api_key",
  ];

  const answers = await Promise.all(paths.map((path) => fetch(server.url + path)));
  const plain = new Set(answers.map((answer) => answer.headers.get("strict-transport-security")));

  for (const { headers } of answers) {
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-security-policy": policy,
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    });
    expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/u);
    expect(headers.has("server") || headers.has("x-powered-by")).toBe(false);
  }
  expect(plain).toStrictEqual(new Set([null]));
});

test("browsers that came over TLS are told to stay there", () => {
  const headers = securityHeaders({ publicUrl: new URL("https://corral.example.com") });

  expect(headers["strict-transport-security"]).toContain("max-age=31536000");
});
