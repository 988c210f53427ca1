import type { ErrorCode } from "@corral/core";
import type { World } from "./world.ts";

/** The columns of the table, in groups of how the rows write them. */
export const people = [
  "anonymous",
  "pending",
  "suspended",
  "stranger",
  "reader",
  "groupMember",
  "writer",
  "owner",
  "admin",
  "adminWithoutBypass",
] as const;

/** Keys of the owner: `listed` may name the target, `unlisted` only another model. The last one is an administrator's. */
export const keys = [
  "full",
  "readOnly",
  "invokeOnly",
  "listed",
  "unlisted",
  "expired",
  "adminsFull",
] as const;

export const principals = [...people, ...keys];
export type Principal = (typeof people)[number] | (typeof keys)[number];

/** `hide`: status, headers and body are those for an object that does not exist. */
export type Expectation = "allow" | "deny" | "hide";

/** One letter a column, spaces as one likes: `DDD HAAAA AH`, `AADADDA`. */
export type Expectations = { readonly people: string; readonly keys: string };

/** What a row's call may name. The same shape exists with ids of the same lengths that name nothing. */
export type Objects = {
  /** A model of the owner's, readable and writable as the columns say. */
  readonly model: string;
  readonly modelUid: string;
  /** A base model for administrators only. */
  readonly privateBase: string;
  readonly connection: string;
  readonly group: string;
  readonly user: string;
  /** A key of the owner's. */
  readonly key: string;
  /** An alias of the model. */
  readonly alias: string;
  /** A bulk write of the owner's. */
  readonly operation: string;
  /** Holds the reader to a revision of the model. */
  readonly pin: string;
};

/** A request without its credential. */
export type Call = {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Row = Expectations & {
  /** `models.get`, or `GET /v1/models` as the route is registered. */
  readonly door: string;
  /** Where a door has more than one row. */
  readonly about?: string;
  readonly call: (on: Objects, world: World) => Call;
  /** What an allowed caller is told where the call goes on to fail: it is asked so that it changes nothing. */
  readonly allowed?: ErrorCode;
  /** The door has credentials of its own: to it, everybody here comes without any. */
  readonly isForeign?: true;
  /** The call ends its credential, so each allowed caller signs in for it. */
  readonly endsSession?: true;
  /** Puts back what allowed calls took away. */
  readonly repair?: (world: World) => Promise<void>;
};

/** A query. */
export function query(path: string, input?: object): Call {
  return { path: `/trpc/${path}${input ? `?input=${encodeURIComponent(JSON.stringify(input))}` : ""}` };
}

/** A mutation. */
export function mutation(path: string, input?: object): Call {
  return { method: "POST", path: `/trpc/${path}`, ...(input && { body: input }) };
}

/** A mutation that is answered in pieces. */
export function streamed(path: string, input: object): Call {
  return { ...mutation(`${path}?batch=1`, { 0: input }), headers: { "trpc-accept": "application/jsonl" } };
}

const letters = { A: "allow", D: "deny", H: "hide" } as const;

/** @throws where a column has no letter, or a letter no column. */
export function expectationOf(row: Row, principal: Principal): Expectation {
  const all = (row.people + row.keys).replaceAll(" ", "").split("");
  if (all.length !== principals.length) {
    throw new Error(`${nameOf(row)} has ${all.length} letters, and the table ${principals.length} columns.`);
  }
  const letter = all[principals.indexOf(principal)];
  if (letter !== "A" && letter !== "D" && letter !== "H") {
    throw new Error(`${nameOf(row)}: ${letter} is none of A, D, H.`);
  }
  return letters[letter];
}

export function nameOf({ door, about }: Pick<Row, "door" | "about">): string {
  return about === undefined ? door : `${door}, ${about}`;
}
