/** Locale-bound formatting; every figure, date and list of the dashboard passes through here. */
export type Formats = {
  number: (value: number) => string;
  /** 262144 becomes "262K": context sizes and token counts. */
  compact: (value: number) => string;
  percent: (ratio: number) => string;
  durationMs: (value: number) => string;
  bytes: (value: number) => string;
  date: (value: Date) => string;
  time: (value: Date) => string;
  dateTime: (value: Date) => string;
  /** "3 minutes ago", in the largest unit that fits. */
  relative: (value: Date, now?: Date) => string;
  list: (items: readonly string[], kind?: "conjunction" | "disjunction") => string;
  plural: (count: number, forms: { one: string; other: string }) => string;
};

const relativeUnits: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

const byteUnits = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];

export function createFormats(locale: string): Formats {
  const number = new Intl.NumberFormat(locale);
  const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const plural = new Intl.PluralRules(locale);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });

  return {
    number: (value) => number.format(value),
    compact: (value) => compact.format(value),
    percent: (ratio) => percent.format(ratio),
    durationMs: (value) => formatDuration(locale, value),
    bytes: (value) => formatBytes(locale, value),
    date: (value) => date.format(value),
    time: (value) => time.format(value),
    dateTime: (value) => dateTime.format(value),
    relative: (value, now = new Date()) => formatRelative(relative, (value.getTime() - now.getTime()) / 1000),
    list: (items, type = "conjunction") => new Intl.ListFormat(locale, { type }).format(items),
    plural: (count, forms) => (plural.select(count) === "one" ? forms.one : forms.other),
  };
}

function formatDuration(locale: string, valueMs: number): string {
  const inSeconds = valueMs >= 1000;
  const unit = inSeconds ? "second" : "millisecond";
  const format = new Intl.NumberFormat(locale, {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: inSeconds ? 2 : 0,
  });
  return format.format(inSeconds ? valueMs / 1000 : valueMs);
}

function formatBytes(locale: string, value: number): string {
  const power = Math.min(byteUnits.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  const unit = byteUnits[power] ?? "byte";
  const format = new Intl.NumberFormat(locale, {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: power === 0 ? 0 : 1,
  });
  return format.format(value / 1000 ** power);
}

function formatRelative(format: Intl.RelativeTimeFormat, seconds: number): string {
  for (const [unit, size] of relativeUnits) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return format.format(Math.trunc(seconds), "second");
}

/** The formats of the reader's own locale, made once. */
export const format = createFormats(typeof navigator === "undefined" ? "en" : navigator.language);
