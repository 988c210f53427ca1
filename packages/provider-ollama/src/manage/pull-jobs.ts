import {
  DomainError,
  isDomainError,
  type CallOptions,
  type OllamaProgress,
  type OllamaPullJob,
  type OllamaPullRequest,
  type OllamaPulls,
} from "@corral/core";
import { formatOllamaName, ollamaNameKey, type OllamaName } from "../ollama-name.ts";

/** More at once would only share the server's line. */
const maxRunning = 32;
const keptEnded = 50;
const keptEndedMs = 15 * 60_000;

export type PullJobsPorts = {
  /** @throws DomainError `invalid_input` for what cannot be pulled. */
  readonly check: (request: OllamaPullRequest) => OllamaName;
  readonly pull: (
    request: OllamaPullRequest,
    options: CallOptions & { readonly onRestart: () => void },
  ) => AsyncIterable<OllamaProgress>;
  readonly now?: () => number;
};

type Job = {
  /** Replaced, never changed, so that whoever got it has a picture of one moment. */
  snapshot: OllamaPullJob;
  readonly key: string;
  readonly stop: AbortController;
  readonly watchers: Set<() => void>;
};

/** One upstream pull a model; watchers see the latest state, and what they are too slow for is left out. */
export class PullJobs implements OllamaPulls {
  readonly #ports: PullJobsPorts;
  readonly #now: () => number;
  /** In the order of their start. */
  readonly #jobs = new Map<string, Job>();

  constructor(ports: PullJobsPorts) {
    this.#ports = ports;
    this.#now = ports.now ?? Date.now;
  }

  start(request: OllamaPullRequest): OllamaPullJob {
    const name = this.#ports.check(request);
    const key = ollamaNameKey(name);
    const running = [...this.#jobs.values()].filter(isRunning);
    const same = running.find((job) => job.key === key);
    if (same !== undefined) return same.snapshot;
    if (running.length >= maxRunning) {
      throw new DomainError("rate_limited", `${maxRunning} pulls are running already. Wait for one to end.`);
    }
    this.#forgetOld();
    const job: Job = {
      snapshot: newSnapshot(formatOllamaName(name), this.#now()),
      key,
      stop: new AbortController(),
      watchers: new Set(),
    };
    this.#jobs.set(job.snapshot.id, job);
    void this.#run(job, request);
    return job.snapshot;
  }

  list(): readonly OllamaPullJob[] {
    this.#forgetOld();
    return Array.from(this.#jobs.values(), ({ snapshot }) => snapshot).toReversed();
  }

  find(id: string): OllamaPullJob | undefined {
    this.#forgetOld();
    return this.#jobs.get(id)?.snapshot;
  }

  async *watch(id: string, { signal }: CallOptions): AsyncGenerator<OllamaPullJob, void> {
    const job = this.#jobs.get(id);
    if (job === undefined) {
      throw new DomainError("invalid_input", "There is no such pull, or it ended a while ago.");
    }
    let resolve = () => {};
    const wake = () => resolve();
    job.watchers.add(wake);
    signal.addEventListener("abort", wake);
    try {
      for (;;) {
        if (signal.aborted) throw new DomainError("request_cancelled");
        // Made before the state is read, so that no change is missed while the watcher looks at it.
        const changed = new Promise<void>((fulfil) => (resolve = fulfil));
        const { snapshot } = job;
        yield snapshot;
        if (snapshot.state !== "running") return;
        await changed;
      }
    } finally {
      job.watchers.delete(wake);
      signal.removeEventListener("abort", wake);
    }
  }

  cancel(id: string): OllamaPullJob | undefined {
    const job = this.#jobs.get(id);
    if (job !== undefined && isRunning(job)) {
      this.#end(job, { state: "cancelled" });
      job.stop.abort();
    }
    return job?.snapshot;
  }

  /** Cancels what is running: nobody could watch or stop it any more. */
  close(): void {
    for (const id of this.#jobs.keys()) this.cancel(id);
  }

  async #run(job: Job, request: OllamaPullRequest): Promise<void> {
    const onRestart = () => this.#change(job, { restarts: job.snapshot.restarts + 1 });
    try {
      for await (const progress of this.#ports.pull(request, { signal: job.stop.signal, onRestart })) {
        this.#change(job, { progress });
      }
      this.#end(job, { state: "succeeded" });
    } catch (error) {
      this.#end(job, { state: "failed", error: toJobError(error) });
    }
  }

  /** A job that has ended keeps its state, whatever its request still says. */
  #change(job: Job, change: Partial<OllamaPullJob>): void {
    if (!isRunning(job)) return;
    job.snapshot = { ...job.snapshot, ...change };
    for (const wake of job.watchers) wake();
  }

  #end(job: Job, change: Pick<OllamaPullJob, "state"> & Partial<OllamaPullJob>): void {
    this.#change(job, { ...change, endedAt: new Date(this.#now()).toISOString() });
    this.#forgetOld();
  }

  #forgetOld(): void {
    const ended = [...this.#jobs].filter(([, job]) => !isRunning(job));
    const expiry = this.#now() - keptEndedMs;
    for (const [index, [id, { snapshot }]] of ended.entries()) {
      const isOld = Date.parse(snapshot.endedAt ?? "") < expiry;
      if (isOld || index < ended.length - keptEnded) this.#jobs.delete(id);
    }
  }
}

function isRunning({ snapshot }: Job): boolean {
  return snapshot.state === "running";
}

function newSnapshot(model: string, now: number): OllamaPullJob {
  return {
    id: crypto.randomUUID(),
    model,
    state: "running",
    progress: null,
    restarts: 0,
    error: null,
    startedAt: new Date(now).toISOString(),
    endedAt: null,
  };
}

/** Whoever started the pull chose the model: that no library has it is a wrong name, not a failure of the server's. */
function toJobError(error: unknown): NonNullable<OllamaPullJob["error"]> {
  if (!isDomainError(error)) return { code: "internal", message: "The pull failed by a defect of ours." };
  if (error.details?.upstreamClass === "model_not_found") {
    return { code: "model_not_found", message: "The server finds no such model." };
  }
  return { code: error.code, message: error.message };
}
