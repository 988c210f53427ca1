import type { AppRouter, ChatEvent } from "@corral/api";
import type { ModelPage } from "@corral/core";
import type { AnyProcedure, inferProcedureInput, inferProcedureOutput, TRPCRouterRecord } from "@trpc/server";
import type { CorralClient, CorralInputs, CorralOutputs } from "../src/index.ts";

/* Compiled with everything else: what fails here is an error there. */

type IsAny<T> = 0 extends 1 & T ? true : false;
type IsSame<A, B> = [A, B] extends [B, A] ? true : false;

type AnyIn<P extends AnyProcedure> = IsAny<inferProcedureInput<P>> | IsAny<inferProcedureOutput<P>>;
/** Names of the procedures that take or answer `any`. */
type Loose<R> = {
  [K in keyof R & string]: R[K] extends AnyProcedure
    ? true extends AnyIn<R[K]>
      ? K
      : never
    : R[K] extends TRPCRouterRecord
      ? Loose<R[K]>
      : K;
}[keyof R & string];

type Row<P extends { readonly rows: readonly unknown[] }> = P["rows"][number];
type Procedures = AppRouter["_def"]["record"];
type Anything = ReturnType<JSON["parse"]>;
type LooseAnswer = AnyProcedure & { _def: { $types: { input: string; output: Anything } } };
type LooseInput = AnyProcedure & { _def: { $types: { input: Anything; output: string } } };

export const noneTakesAny: IsSame<Loose<Procedures>, never> = true;
export const oneWouldBeFound: IsSame<
  Loose<{ a: Procedures["models"]; b: { c: LooseAnswer; d: { e: LooseInput } } }>,
  "c" | "e"
> = true;
export const soWouldARouterOfWhichNothingIsKnown: IsSame<Loose<{ a: Anything }>, never> = false;
export const thereAreProcedures: "list" extends keyof Procedures["models"] ? true : false = true;

export const rowsAreCores: IsSame<keyof Row<CorralOutputs["models"]["list"]>, keyof Row<ModelPage>> = true;
export const eventsAreTyped: IsSame<
  ReturnType<CorralClient["chat"]["stream"]>,
  AsyncIterable<ChatEvent, void, void>
> = true;
export const inputsAreNamed: CorralInputs["models"]["get"] = { id: "x" };

export async function isRefused(corral: CorralClient): Promise<void> {
  // @ts-expect-error no such field
  await corral.models.list.query({ serach: "x" });
  // @ts-expect-error a revision is a number
  await corral.models.update.mutate({ id: "x", revision: "1" });
  // @ts-expect-error an id is needed
  await corral.models.get.query({});
  // @ts-expect-error no such procedure
  await corral.models.lsit.query({});
  // @ts-expect-error a query, not a mutation
  await corral.models.list.mutate({});
  // @ts-expect-error no such field in the answer
  void (await corral.models.list.query({})).rowz;
  // @ts-expect-error chat.stream is called by itself
  await corral.chat.stream.mutate({ model: "x", messages: [] });
  // @ts-expect-error not a role of a message
  corral.chat.stream({ model: "x", messages: [{ role: "narrator", content: "" }] });
}
