// The first that matches: every browser also calls itself by the names of its forebears.
const browsers: readonly [mark: RegExp, name: string][] = [
  [/\bEdg(?:e|A|iOS)?\//u, "Edge"],
  [/\bOPR\//u, "Opera"],
  [/\b(?:Firefox|FxiOS)\//u, "Firefox"],
  [/\b(?:Chrome|CriOS|HeadlessChrome)\//u, "Chrome"],
  [/\bSafari\//u, "Safari"],
];

const systems: readonly [mark: RegExp, name: string][] = [
  [/\b(?:iPhone|iPad)\b/u, "iOS"],
  [/\bAndroid\b/u, "Android"],
  [/\bCrOS\b/u, "ChromeOS"],
  [/\bWindows\b/u, "Windows"],
  [/\bMac OS X\b/u, "macOS"],
  [/\bLinux\b/u, "Linux"],
];

const longest = 60;

/** What a person calls the program that sent a `User-Agent`: "Firefox, Windows"; else its own first word. */
export function describeProgram(userAgent: string | null): string | undefined {
  if (userAgent === null || userAgent.trim() === "") return undefined;
  const find = (names: typeof browsers): string | undefined =>
    names.find(([mark]) => mark.test(userAgent))?.[1];
  const known = [find(browsers), find(systems)].filter((name) => name !== undefined);
  return known.length > 0 ? known.join(", ") : userAgent.trim().split(/\s/u, 1).join("").slice(0, longest);
}
