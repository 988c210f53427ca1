import type { ChatStreamPart, JsonObject, JsonValue } from "@corral/core";
import { asArray, asCount, asObject, asText, invalidResponse, newCallId } from "@corral/provider-kit";

type OpenCall = {
  readonly index: number;
  id: string | undefined;
  name: string | undefined;
  pending: string;
  hasStarted: boolean;
  hasArguments: boolean;
};

/**
 * Puts the fragments of one choice's tool calls together.
 *
 * Servers leave the index out, repeat id and name in each fragment, send the name after the arguments, or the arguments
 * as an object. Calls are numbered anew from 0, in the order in which they appear.
 */
export class ToolCallAssembler {
  readonly #choice: number;
  readonly #calls: OpenCall[] = [];
  /** The call that fragments of a place belong to at present. */
  readonly #places = new Map<string, OpenCall>();

  constructor(choice: number) {
    this.#choice = choice;
  }

  get count(): number {
    return this.#calls.length;
  }

  push(fragments: JsonValue | undefined, parts: ChatStreamPart[]): void {
    for (const [position, value] of asArray(fragments).entries()) {
      const fragment = asObject(value);
      if (fragment === undefined) continue;
      const called = asObject(fragment["function"]);
      const call = this.#callFor(fragment, called, position);
      call.id ??= asText(fragment["id"]);
      call.name ??= asText(called?.["name"]);
      call.pending += toArgumentsText(called?.["arguments"]);
      this.#flush(call, parts);
    }
  }

  /** Ends all calls. */
  end(parts: ChatStreamPart[]): void {
    for (const call of this.#calls) {
      if (call.name === undefined) throw invalidResponse("The provider sent a tool call without a name.");
      if (!call.hasArguments) call.pending = "{}";
      this.#flush(call, parts);
      parts.push({ type: "tool-call-end", choice: this.#choice, index: call.index });
    }
  }

  #callFor(fragment: JsonObject, called: JsonObject | undefined, position: number): OpenCall {
    const id = asText(fragment["id"]);
    const index = asCount(fragment["index"]);
    const known = id === undefined ? undefined : this.#calls.find((call) => call.id === id);
    if (known !== undefined) return known;
    const place = index === undefined ? `position ${position}` : `index ${index}`;
    const current = this.#places.get(place);
    const isNew =
      current === undefined || isAnotherCall(current, { id, index, name: asText(called?.["name"]) });
    if (!isNew) return current;
    const call: OpenCall = {
      index: this.#calls.length,
      id: undefined,
      name: undefined,
      pending: "",
      hasStarted: false,
      hasArguments: false,
    };
    this.#calls.push(call);
    this.#places.set(place, call);
    return call;
  }

  #flush(call: OpenCall, parts: ChatStreamPart[]): void {
    const { index, name } = call;
    if (name === undefined) return;
    if (!call.hasStarted) {
      call.id ??= newCallId();
      parts.push({ type: "tool-call-start", choice: this.#choice, index, id: call.id, name });
      call.hasStarted = true;
    }
    if (call.pending === "") return;
    parts.push({ type: "tool-call-arguments-delta", choice: this.#choice, index, text: call.pending });
    call.pending = "";
    call.hasArguments = true;
  }
}

/** A new id is a new call; without ids and indexes, so is a second name after arguments. */
function isAnotherCall(
  current: OpenCall,
  next: {
    readonly id: string | undefined;
    readonly index: number | undefined;
    readonly name: string | undefined;
  },
): boolean {
  if (next.id !== undefined && current.id !== undefined) return true;
  return next.index === undefined && next.name !== undefined && current.hasArguments;
}

function toArgumentsText(value: JsonValue | undefined): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}
