import type { IncomingHttpHeaders } from "node:http";

/** One request as it arrived, and what became of it. Times are milliseconds since the epoch, with fractions. */
export type JournalEntry = {
  method: string;
  /** The target without its query, not decoded. */
  path: string;
  /** The target as sent. */
  url: string;
  headers: IncomingHttpHeaders;
  /** Parsed JSON, or the text where it is none; undefined for an empty body. */
  body: unknown;
  at: number;
  /** When the client went before the answer was complete. */
  closedByClientAt?: number;
  /** When the answer, or the fault that replaced it, was complete. */
  finishedAt?: number;
  /** Bytes of the body (of a raw answer: of everything) handed to the socket so far. */
  bytesSent: number;
};

export type JournalWait = { timeoutMs?: number };

type Waiter = { predicate: (entry: JournalEntry) => boolean; resolve: (entry: JournalEntry) => void };

const defaultTimeoutMs = 5000;

/** The requests a simulated server has read, oldest first; only the newest `limit` are kept. */
export class RequestJournal {
  readonly #limit: number;
  readonly #waiters = new Set<Waiter>();
  readonly #closeListeners = new Map<JournalEntry, Set<() => void>>();
  #entries: JournalEntry[] = [];

  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  entries(): JournalEntry[] {
    return [...this.#entries];
  }

  of(path: string): JournalEntry[] {
    return this.#entries.filter((entry) => entry.path === path);
  }

  clear(): void {
    this.#entries = [];
  }

  /** The next request to arrive from now on that the predicate accepts; rejects after `timeoutMs` (5 s). */
  next(
    predicate: (entry: JournalEntry) => boolean = () => true,
    { timeoutMs = defaultTimeoutMs }: JournalWait = {},
  ): Promise<JournalEntry> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        predicate,
        resolve: (entry) => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          resolve(entry);
        },
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(new Error(`No matching request arrived within ${timeoutMs} ms.`));
      }, timeoutMs);
      this.#waiters.add(waiter);
    });
  }

  /** Resolves when the exchange is over, whoever ended it; rejects after `timeoutMs` (5 s). */
  whenClosed(entry: JournalEntry, { timeoutMs = defaultTimeoutMs }: JournalWait = {}): Promise<JournalEntry> {
    if (isOver(entry)) return Promise.resolve(entry);
    return new Promise((resolve, reject) => {
      const listeners = this.#closeListeners.get(entry) ?? new Set();
      const listener = (): void => {
        clearTimeout(timer);
        resolve(entry);
      };
      const timer = setTimeout(() => {
        listeners.delete(listener);
        reject(new Error(`${entry.method} ${entry.path} was still open after ${timeoutMs} ms.`));
      }, timeoutMs);
      this.#closeListeners.set(entry, listeners.add(listener));
    });
  }

  /** For the server: files a request. */
  record(entry: JournalEntry): void {
    if (this.#limit > 0) this.#entries.push(entry);
    if (this.#entries.length > this.#limit) this.#entries.splice(0, this.#entries.length - this.#limit);
    for (const waiter of this.#waiters) if (waiter.predicate(entry)) waiter.resolve(entry);
  }

  /** For the server: tells that an exchange is over. */
  settle(entry: JournalEntry): void {
    for (const listener of this.#closeListeners.get(entry) ?? []) listener();
    this.#closeListeners.delete(entry);
  }
}

/** Now, on the clock of {@link JournalEntry}. */
export function journalNow(): number {
  return performance.timeOrigin + performance.now();
}

function isOver(entry: JournalEntry): boolean {
  return entry.finishedAt !== undefined || entry.closedByClientAt !== undefined;
}
