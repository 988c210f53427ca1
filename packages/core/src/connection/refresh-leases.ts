/** What a process asks of the one that lists a connection. */
export type RefreshRequest = {
  readonly connectionUid: string;
  /** By a listing that begins now; otherwise one that runs already will do. */
  readonly anew: boolean;
};

export type RefreshListener = {
  /** Lists a connection that this process holds; the number of the last change that came of it. */
  readonly onRequest: (request: RefreshRequest) => Promise<number | null>;
  /** The stored health of a connection, or of any, is a new one. */
  readonly onHealth: (connectionUid: string | null) => void;
};

/**
 * Which of the processes on one database lists a connection: the one that holds its lease. A lease ends with the
 * process, and whoever tries next has it.
 */
export interface RefreshLeases extends AsyncDisposable {
  /** Whether this process holds the lease, taking it if nobody does. @throws DomainError `database_unavailable`. */
  tryHold(connectionUid: string): Promise<boolean>;
  release(connectionUid: string): Promise<void>;
  /**
   * Has the holder list a connection.
   *
   * @returns The number of the last change that came of it; `undefined` when nobody answered in time.
   */
  ask(request: RefreshRequest, timeoutMs: number): Promise<number | null | undefined>;
  /** Tells the other processes that the stored health of a connection is a new one. */
  announceHealth(connectionUid: string): Promise<void>;
  listen(listener: RefreshListener): void;
}
