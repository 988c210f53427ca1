/** How one kind of failure is answered, on every surface. */
export type ErrorCodeSpec = {
  /** HTTP status on tRPC, `/v1` and the inference routes. */
  readonly status: number;
  /** HTTP status on the seed's management routes, where it differs. */
  readonly seedStatus?: number;
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean;
  /** Whether the message may reach the caller; `false` replaces it. */
  readonly expose: boolean;
  /** Who is at fault, which decides the log level: caller → info, upstream → warn, ours → error. */
  readonly fault: "caller" | "upstream" | "ours";
  readonly meaning: string;
  /** What to do next. Shown beside the message. */
  readonly remedy: string;
};
