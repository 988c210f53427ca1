import { Secret } from "@corral/core";
import { parseCookies, serializeSignedCookie } from "better-call";
import { expect, test } from "vitest";
import { signSessionToken, unsignSessionToken } from "./session-cookie.ts";
import { createSessionToken } from "./session-token.ts";

const secret = new Secret("a signing secret for tests, 32 characters or more");

test("signs as better-auth does, so that each reads the other's cookies", async () => {
  const token = createSessionToken();
  const theirs = await serializeSignedCookie("sid", token, secret.reveal());

  expect(theirs).toBe(`sid=${encodeURIComponent(signSessionToken(token, secret))}`);
  expect(unsignSessionToken(decodeURIComponent(parseCookies(theirs).get("sid") ?? ""), secret)).toBe(token);
});

test("reads nothing that was signed with another secret or changed afterwards", () => {
  const token = createSessionToken();
  const value = signSessionToken(token, secret);
  const strangers = new Secret("another secret of at least 32 characters");

  expect(unsignSessionToken(value, secret)).toBe(token);
  for (const forged of [signSessionToken(token, strangers), `x${value}`, `${value}=`, token, "", "."]) {
    expect(unsignSessionToken(forged, secret)).toBeUndefined();
  }
});
