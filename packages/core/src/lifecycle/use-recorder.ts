import type { UnitOfWork } from "../database/unit-of-work.ts";
import type { Actor } from "../identity/actor.ts";
import type { ModelUse } from "./lifecycle-repository.ts";

const flushEveryMs = 60_000;
/** What nobody has written by then is written at the next use. */
const pendingMax = 20_000;

/** Writes down, once a minute and all at once, who called which model: never while somebody waits. */
export class UseRecorder implements AsyncDisposable {
  readonly #unitOfWork: UnitOfWork;
  readonly #now: () => Date;
  readonly #onError: (error: unknown) => void;
  readonly #timer: ReturnType<typeof setInterval>;
  #pending = new Map<string, ModelUse>();
  #flushing: Promise<void> = Promise.resolve();

  constructor(ports: {
    readonly unitOfWork: UnitOfWork;
    readonly now: () => Date;
    readonly onError: (error: unknown) => void;
  }) {
    this.#unitOfWork = ports.unitOfWork;
    this.#now = ports.now;
    this.#onError = ports.onError;
    this.#timer = setInterval(() => void this.flush(), flushEveryMs);
  }

  /** @param uid Of what was asked for. */
  note({ principal, credential }: Pick<Actor, "principal" | "credential">, uid: string): void {
    const { userId } = principal;
    const keyId = credential.kind === "key" ? credential.keyId : null;
    const key = `${uid} ${userId} ${keyId ?? ""}`;
    if (this.#pending.size >= pendingMax && !this.#pending.has(key)) return;
    this.#pending.set(key, { uid, userId, keyId, at: this.#now().toISOString() });
  }

  /** What is noted about these and not written down yet. */
  listPending(uids: readonly string[]): readonly ModelUse[] {
    const asked = new Set(uids);
    return [...this.#pending.values()].filter(({ uid }) => asked.has(uid));
  }

  /** Never rejects: what could not be written is written at the next use. */
  async flush(): Promise<void> {
    this.#flushing = this.#write(this.#flushing);
    return this.#flushing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #write(before: Promise<void>): Promise<void> {
    await before;
    const uses = [...this.#pending.values()];
    if (uses.length === 0) return;
    this.#pending = new Map();
    try {
      const author = { actorId: null, action: "models.used" };
      await this.#unitOfWork.write(author, ({ lifecycles }) => lifecycles.noteUses(uses));
    } catch (error) {
      this.#onError(error);
    }
  }
}
