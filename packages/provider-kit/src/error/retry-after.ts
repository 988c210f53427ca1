/** Longer hints are cut: an absurd one would silence a connection for good. */
const maxRetryAfterMs = 600_000;

/**
 * How long the upstream asks us to wait, in milliseconds, at most ten minutes: `retry-after-ms`, `retry-after` in
 * seconds or as an HTTP date, else "try again in 1.2s" in the message. Nonsense is ignored.
 */
export function retryAfterMs(
  headers: Readonly<Record<string, string>>,
  message: string,
  now: number = Date.now(),
): number | undefined {
  const hint =
    fromNumber(headers["retry-after-ms"] ?? headers["x-ms-retry-after-ms"], 1) ??
    fromNumber(headers["retry-after"], 1000) ??
    fromDate(headers["retry-after"], now) ??
    fromMessage(message);
  return hint === undefined ? undefined : Math.min(Math.ceil(hint), maxRetryAfterMs);
}

function fromNumber(text: string | undefined, unitMs: number): number | undefined {
  return text !== undefined && /^\s*\d{1,12}(?:\.\d+)?\s*$/u.test(text) ? Number(text) * unitMs : undefined;
}

function fromDate(text: string | undefined, now: number): number | undefined {
  // Date.parse alone accepts "-5" and "12".
  if (text === undefined || text.length > maxDateLength || !/[a-z]{3}.*\d{2}:\d{2}/iu.test(text))
    return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** Of an HTTP date there are 29 characters, of a hint in words a few hundred: more is read by nobody. */
const maxDateLength = 64;
const maxHintLength = 2_048;

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function fromMessage(message: string): number | undefined {
  const found =
    /(?:try again|retry|wait)\s+(?:(?:in|after|for)\s*)?((?:\d+(?:\.\d+)?\s*(?:ms|seconds?|s|minutes?|m|hours?|h|days?|d)\s*)+)/iu.exec(
      message.slice(0, maxHintLength),
    )?.[1];
  if (found === undefined) return undefined;
  let total = 0;
  for (const [, amount, unit = "s"] of found.matchAll(/(\d+(?:\.\d+)?)\s*(ms|[smhd])[a-z]*/giu)) {
    total += Number(amount) * (unitsMs[unit.toLowerCase()] ?? 1000);
  }
  return total;
}
