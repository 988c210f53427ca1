import type { Fault } from "./fault.ts";

/** When a fault strikes: on which paths (all, if absent) and how often (always, if absent). */
export type FaultRule = { path?: string | RegExp; times?: number; fault: Fault };

type ArmedRule = { path: string | RegExp | undefined; fault: Fault; left: number };

/** The faults of one server, changeable while it runs. Of several rules that match, the newest strikes. */
export class FaultControl {
  #rules: ArmedRule[] = [];
  #isClosed = false;

  /** For the server: told when the port must be closed or opened again. */
  onChange: (isClosed: boolean) => Promise<void> | undefined = () => undefined;

  set({ path, times, fault }: FaultRule): void {
    this.#rules.unshift({ path, fault, left: times ?? Number.POSITIVE_INFINITY });
    this.#update();
  }

  /** Lifts every fault; a closed port is open again before any later connection attempt of this process. */
  clear(): void {
    this.#rules = [];
    this.#update();
  }

  /** For the server: the fault for a request, counted as used. */
  take(path: string): Fault | undefined {
    const rule = this.#rules.find((candidate) => candidate.left > 0 && matches(candidate.path, path));
    if (!rule) return undefined;
    rule.left -= 1;
    return rule.fault;
  }

  /** For the server: whether the connection just accepted must be reset, counted as used. */
  takeConnectionReset(): boolean {
    const rule = this.#rules.find(
      ({ fault, left, path }) => left > 0 && path === undefined && fault.kind === "refuse",
    );
    if (!rule) return false;
    rule.left -= 1;
    return true;
  }

  #update(): void {
    const isClosed = this.#rules.some(
      ({ fault, path }) => fault.kind === "refuse" && fault.how !== "reset" && path === undefined,
    );
    if (isClosed === this.#isClosed) return;
    this.#isClosed = isClosed;
    void this.onChange(isClosed);
  }
}

function matches(pattern: string | RegExp | undefined, path: string): boolean {
  if (pattern === undefined) return true;
  return typeof pattern === "string" ? pattern === path : new RegExp(pattern).test(path);
}
