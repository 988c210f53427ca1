import { createSecretText } from "./base62.ts";

const shape = /^[0-9A-Za-z]{43}$/;

/** 256 random bits. It has no `-`, so it is never taken for an API key. */
export function createSessionToken(): string {
  return createSecretText();
}

/** Whether a text could be a session token; what could not is refused without asking anybody. */
export function isSessionToken(text: string): boolean {
  return shape.test(text);
}
