import type { ErrorCode } from "@corral/core";
import type { CasesWorld } from "./cases-world.ts";

/*
 * For every procedure: where it is shown at work, and a request for each way to be refused, which the test beside this
 * file sends to a running server. A new procedure gets a row in the table of its router, a new router a file here and a
 * line in `all-cases.ts`.
 */

/** Ada administers; Bob is a member; Pete waits for approval; a stranger has no credential. */
export type Caller = "ada" | "bob" | "pete" | "stranger";

/** A request that is refused; its input may name what the world holds. */
export type Sent = {
  readonly kind: "sent";
  readonly as: Caller;
  readonly input: object | ((world: CasesWorld) => object);
  readonly code: ErrorCode;
  /** Of the issue that says what is wrong, joined with dots. */
  readonly path?: string;
};
/** A test that shows it, by its file below `test/` and its title. */
export type Shown = { readonly kind: "shown"; readonly file: string; readonly title: string };
/** Why there can be no such case. */
export type None = { readonly kind: "none"; readonly why: string };
/** Shown by the test that walks through the policies of all procedures: who may not call it at all. */
export type ByPolicy = { readonly kind: "policy" };

export type Cases = {
  readonly happy: Shown;
  readonly denied: Sent | Shown | None | ByPolicy;
  readonly invalid: Sent | Shown | None;
  /** Of mutations: somebody else was first, or something is in the way. */
  readonly conflict?: Sent | Shown | None;
};

/** By path, such as `models.get`. */
export type CaseTable = Readonly<Record<string, Cases>>;

export function shown(file: string, title: string): Shown {
  return { kind: "shown", file: `${file}.test.ts`, title };
}

export function none(why: string): None {
  return { kind: "none", why };
}

export const byPolicy: ByPolicy = { kind: "policy" };
export const takesNoInput = none("it takes no input");

/** Refused to Bob; what he may not see answers as if it did not exist. */
export function denied(input: Sent["input"], code: ErrorCode = "access_denied"): Sent {
  return { kind: "sent", as: "bob", input, code };
}

export function invalid(input: Sent["input"], path: string): Sent {
  return { kind: "sent", as: "ada", input, code: "invalid_input", path };
}

export function conflict(input: Sent["input"], code: ErrorCode): Sent {
  return { kind: "sent", as: "ada", input, code };
}
