/**
 * Makes the headers that prove who we are, for one request. Called for every request: whatever is slow is cached by the
 * function itself. A failure ends the call; `upstream_unauthorized` tells an administrator to look.
 */
export type Authorize = (need: {
  /** The endpoint refused the last headers: make new ones instead of cached ones. */
  readonly refresh: boolean;
  /** The headers that it refused. A newer cached credential than theirs need not be made anew. */
  readonly refused?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}) => Promise<{
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Values that must never be printed. */
  readonly secrets: readonly string[];
}>;
