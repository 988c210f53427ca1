const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
} as const;

export type Color = keyof typeof codes;
export type Style = (color: Color, text: string) => string;

/** Colors, or nothing at all. */
export function createStyle(hasColors: boolean): Style {
  return (color, text) => {
    const [on, off] = codes[color];
    return hasColors && text !== "" ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  };
}

/** As people and tools have agreed to say it. @see https://no-color.org */
export function wantsColors(
  isTerminal: boolean,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if ((environment["NO_COLOR"] ?? "") !== "") return false;
  const forced = environment["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return isTerminal && environment["TERM"] !== "dumb";
}
