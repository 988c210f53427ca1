import type { JsonValue } from "@corral/core";
import { findKindByHost, findKindByList } from "./find-server-kind.ts";
import type { Quirks, ServerKind } from "./quirks.ts";
import { quirksOf } from "./server-quirks.ts";

/**
 * Which server stands behind an address: what the settings say, else what the host says, else what the last model list
 * gave away. Until then it is `generic`. Nothing is ever asked for its sake.
 */
export class ServerIdentity {
  readonly #known: ServerKind | undefined;
  #learned: ServerKind | undefined;

  constructor(baseUrl: string, setting: ServerKind | "auto" = "auto") {
    this.#known = setting === "auto" ? findKindByHost(baseUrl) : setting;
  }

  get kind(): ServerKind {
    return this.#known ?? this.#learned ?? "generic";
  }

  get quirks(): Quirks {
    return quirksOf(this.kind);
  }

  /** Looks at the entries of a model list. A list that says nothing changes nothing. */
  learn(entries: readonly JsonValue[]): void {
    this.#learned = findKindByList(entries) ?? this.#learned;
  }
}
