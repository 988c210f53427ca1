/** Values of the variables that a system prompt may name, e.g. `{{USER_NAME}}`. */
export type PromptVariables = {
  readonly userName: string;
  readonly userId: string;
  readonly now: Date;
  /** IANA name, e.g. `Europe/Berlin`. */
  readonly timeZone: string;
  /** BCP 47 tag, e.g. `en-US`. */
  readonly language: string;
};

const pattern =
  /\{\{(USER_NAME|USER_ID|CURRENT_DATE|CURRENT_TIME|CURRENT_DATETIME|CURRENT_WEEKDAY|CURRENT_TIMEZONE|USER_LANGUAGE)\}\}/gu;

/** Replaces the known variables literally, in one pass: what a value contains is never looked at again. */
export function expandPromptVariables(text: string, variables: PromptVariables): string {
  if (!text.includes("{{")) return text;
  return text.replace(pattern, (_, name: string) => valueOf(name, variables));
}

function valueOf(name: string, { now, timeZone, ...user }: PromptVariables): string {
  const date = () => format(now, { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }, "sv-SE");
  const time = () =>
    format(now, { timeZone, hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false }, "sv-SE");
  switch (name) {
    case "USER_NAME":
      return user.userName;
    case "USER_ID":
      return user.userId;
    case "USER_LANGUAGE":
      return user.language;
    case "CURRENT_TIMEZONE":
      return timeZone;
    case "CURRENT_DATE":
      return date();
    case "CURRENT_TIME":
      return time();
    case "CURRENT_DATETIME":
      return `${date()} ${time()}`;
    default:
      return format(now, { timeZone, weekday: "long" }, "en-US");
  }
}

function format(now: Date, options: Intl.DateTimeFormatOptions, locale: string): string {
  return new Intl.DateTimeFormat(locale, options).format(now);
}
