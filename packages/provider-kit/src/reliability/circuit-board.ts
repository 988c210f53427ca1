import type { CircuitState, DomainError } from "@corral/core";
import { Circuit } from "./circuit.ts";
import { judgeFailure } from "./judge-failure.ts";

/** Names come from callers, so there is an end to how many are remembered. */
const maxModels = 512;

/** The circuits of one endpoint: its own and one for each model that was called. */
export class CircuitBoard {
  readonly #random: () => number;
  readonly #endpoint: Circuit;
  readonly #models = new Map<string, Circuit>();

  constructor(random: () => number) {
    this.#random = random;
    this.#endpoint = new Circuit(random);
  }

  /** The error of a call that may not pass; undefined when it may. */
  findRefusal(model: string | undefined, now: number): DomainError | undefined {
    // The model first: what it fails at must not use up the endpoint's probe.
    const own = model === undefined ? undefined : this.#models.get(model);
    if (own !== undefined && own.waitMs(now) > 0) return own.refusal(now);
    return this.#endpoint.waitMs(now) > 0 ? this.#endpoint.refusal(now) : undefined;
  }

  /** A call goes through, see {@link Circuit.pass}. */
  pass(model: string | undefined, now: number): boolean {
    const isModelsProbe = model !== undefined && this.#circuitOf(model).pass(now);
    const isEndpointsProbe = this.#endpoint.pass(now);
    return isModelsProbe || isEndpointsProbe;
  }

  succeed(model: string | undefined, now: number, isProbe: boolean): void {
    if (model !== undefined) this.#circuitOf(model).succeed(now, isProbe);
    this.#endpoint.succeed(now, isProbe);
  }

  fail(
    call: { readonly model: string | undefined; readonly isProbe: boolean },
    now: number,
    error: DomainError,
  ): void {
    const { model, isProbe } = call;
    if (error.code === "request_cancelled") return this.release(model, isProbe);
    const verdict = judgeFailure(error);
    // Connections, credentials and accounts are the endpoint's alone; rates are limited by model.
    const isModels = verdict === "failed" || verdict === "rate" || verdict === "nothing";
    if (model !== undefined) {
      if (isModels) this.#circuitOf(model).fail(now, error, isProbe);
      else this.#circuitOf(model).release(isProbe);
    }
    if (verdict === "rate" && model !== undefined) this.#endpoint.release(isProbe);
    else this.#endpoint.fail(now, error, isProbe);
  }

  release(model: string | undefined, isProbe: boolean): void {
    if (!isProbe) return;
    if (model !== undefined) this.#circuitOf(model).release(true);
    this.#endpoint.release(true);
  }

  states(now: number): readonly CircuitState[] {
    const models = [...this.#models].filter(([, circuit]) => !circuit.isClosed);
    return [
      this.#endpoint.toState(null, now),
      ...models.map(([model, circuit]) => circuit.toState(model, now)),
    ];
  }

  #circuitOf(model: string): Circuit {
    const known = this.#models.get(model);
    if (known !== undefined) return known;
    if (this.#models.size >= maxModels) this.#forgetOne();
    const circuit = new Circuit(this.#random);
    this.#models.set(model, circuit);
    return circuit;
  }

  /** The oldest that is closed, else the oldest. */
  #forgetOne(): void {
    const [oldest] = this.#models.keys();
    const closed = [...this.#models].find(([, circuit]) => circuit.isClosed)?.[0];
    const name = closed ?? oldest;
    if (name !== undefined) this.#models.delete(name);
  }
}
