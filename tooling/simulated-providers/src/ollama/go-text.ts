/** A string as Go prints it with %q. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A time as Go encodes it: RFC 3339 in UTC with up to nine fractional digits. */
export function goTime(epochMs: number): string {
  const whole = Math.floor(epochMs);
  const nanoseconds = Math.floor((epochMs - whole) * 1e6);
  const digits = `${String(whole % 1000).padStart(3, "0")}${String(nanoseconds).padStart(6, "0")}`;
  const fraction = digits.replace(/0+$/, "");
  const seconds = new Date(whole).toISOString().slice(0, 19);
  return fraction === "" ? `${seconds}Z` : `${seconds}.${fraction}Z`;
}

const unitMs: { [unit: string]: number } = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of a Go duration such as `1h30m`, or the complaint Go has about it. */
export function parseGoDuration(text: string): { ms: number } | { error: string } {
  const sign = text.startsWith("-") ? -1 : 1;
  const rest = text.replace(/^[+-]/, "");
  if (rest === "0") return { ms: 0 };
  if (/^\d+(\.\d*)?$/.test(rest)) return { error: `time: missing unit in duration ${quoted(text)}` };
  if (!/^(?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+$/.test(rest)) {
    return { error: `time: invalid duration ${quoted(text)}` };
  }
  let ms = 0;
  for (const [, amount, unit] of rest.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g)) {
    ms += Number(amount) * (unitMs[unit ?? "s"] ?? 0);
  }
  return { ms: sign * ms };
}
