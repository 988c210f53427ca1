import { DomainError } from "../../error/domain-error.ts";
import type { CatalogFeed } from "../catalog-feed.ts";
import type { CatalogChange, CatalogChanges, CatalogState } from "../catalog-state.ts";

/** A feed over states in memory. Hints come when the test gives them, or never. */
export class ArrayFeed implements CatalogFeed {
  #states: readonly CatalogState[];
  #onHint: (() => void) | undefined;
  /** Reads that fail before one succeeds. */
  failures = 0;
  /** Answers `"reload"` to whoever is behind. */
  isLogLost = false;
  readonly calls: string[] = [];
  /** When set, reads wait here after they have read. */
  hold: Promise<void> | undefined;

  constructor(first: CatalogState) {
    this.#states = [first];
  }

  get head(): CatalogState {
    const head = this.#states.at(-1);
    if (head === undefined) throw new Error("No state.");
    return head;
  }

  get isWatched(): boolean {
    return this.#onHint !== undefined;
  }

  /** Commits a next state; both numbers grow. Returns its change number. */
  commit(next: Partial<CatalogState>): number {
    const { epoch, change, catalog } = this.head.revision;
    const revision = { epoch, change: change + 1, catalog: catalog + 1 };
    this.#states = [...this.#states, { ...this.head, revision, ...next }];
    return revision.change;
  }

  /** What nobody may do: changes a state without a number. */
  corrupt(next: Partial<CatalogState>): void {
    this.#states = [...this.#states.slice(0, -1), { ...this.head, ...next }];
  }

  hint(): void {
    this.#onHint?.();
  }

  async load(): Promise<CatalogState> {
    this.calls.push("load");
    return this.#read(this.head);
  }

  async changesSince(from: { readonly epoch: string; readonly change: number }): Promise<CatalogChanges | "reload"> {
    this.calls.push("changes");
    const { head } = this;
    if (from.epoch !== head.revision.epoch) return this.#read("reload");
    if (this.isLogLost && from.change < head.revision.change) return this.#read("reload");
    const old = this.#states.find(({ revision }) => revision.change === from.change) ?? head;
    return this.#read({ revision: head.revision, changes: differences(old, head) });
  }

  watch(onHint: () => void): AsyncDisposable {
    this.#onHint = onHint;
    return {
      [Symbol.asyncDispose]: async () => {
        this.#onHint = undefined;
      },
    };
  }

  async #read<T>(value: T): Promise<T> {
    await this.hold;
    if (this.failures > 0) {
      this.failures -= 1;
      throw new DomainError("database_unavailable");
    }
    return value;
  }
}

/** Records and users are enough to tell states apart. */
function differences(old: CatalogState, head: CatalogState): CatalogChange[] {
  return [
    ...head.records
      .filter((value) => !old.records.includes(value))
      .map((value) => ({ kind: "record", uid: value.uid, value }) as const),
    ...old.records
      .filter(({ uid }) => !head.records.some((one) => one.uid === uid))
      .map(({ uid }) => ({ kind: "record", uid, value: null }) as const),
    ...head.users
      .filter((value) => !old.users.includes(value))
      .map((value) => ({ kind: "user", uid: value.id, value }) as const),
  ];
}
