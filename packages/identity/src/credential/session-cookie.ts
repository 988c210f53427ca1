import { createHmac, timingSafeEqual } from "node:crypto";
import { limits, type Secret } from "@corral/core";

/** The cookie that carries a session token. Its value is {@link signSessionToken}'s. */
export type SessionCookie = {
  readonly name: string;
  readonly attributes: {
    readonly httpOnly: true;
    readonly sameSite: "lax";
    readonly path: "/";
    readonly secure: boolean;
    /** Seconds. Only an upper bound: the server decides whether a session still lives. */
    readonly maxAge: number;
  };
};

/**
 * Name and attributes for a public address. Over https nobody but this very host can set it (`__Host-`); over plain
 * http browsers would refuse such a cookie.
 */
export function sessionCookie(publicUrl: string): SessionCookie {
  const secure = new URL(publicUrl).protocol === "https:";
  return {
    name: secure ? "__Host-sid" : "sid",
    attributes: {
      httpOnly: true,
      sameSite: "lax",
      path: "/",
      secure,
      maxAge: limits.sessionAbsoluteMs / 1_000,
    },
  };
}

/** `token.signature`, as better-auth writes it; cookie encoding is left to whoever sets it. */
export function signSessionToken(token: string, secret: Secret): string {
  return `${token}.${createHmac("sha256", secret.reveal()).update(token).digest("base64")}`;
}

/** The token of a signed cookie value, or `undefined` when we did not sign it. */
export function unsignSessionToken(value: string, secret: Secret): string | undefined {
  const token = value.slice(0, Math.max(0, value.lastIndexOf(".")));
  const expected = Buffer.from(signSessionToken(token, secret));
  const actual = Buffer.from(value);
  return actual.length === expected.length && timingSafeEqual(actual, expected) ? token : undefined;
}
