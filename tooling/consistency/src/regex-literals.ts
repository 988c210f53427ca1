/** A regular expression of the source, as far as it can be told from a division. */
const literal =
  /(?<=[=(,:[!&|?{};]\s*|return\s)\/((?:[^\\/[\n*]|\\.|\[(?:[^\]\\\n]|\\.)*\])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])*)\/([dgimsuvy]*)(?=[\s.,;)\]}])/gu;

export function findRegexLiterals(text: string): RegExp[] {
  return [...text.matchAll(literal)].flatMap(([, source = "", flags]) => {
    try {
      return [new RegExp(source, flags)];
    } catch {
      return [];
    }
  });
}

/** What makes a backtracking engine try every way to split a text: much of one character, and then another. */
function attacksOn({ source }: RegExp): string[] {
  const characters = source.replaceAll(/\\[a-zA-Z]|[\\^$|()[\]{}*+?.]/gu, "") + ' a0.\n-_/:"\\';
  const repeated = [...new Set(characters.split(""))].slice(0, 24);
  // the short ones find what takes for ever before the long ones would
  return [28, 20_000].flatMap((length) =>
    repeated.flatMap((character) =>
      ["", "a", '"'].map((start) => `${start}${character.repeat(length)}\u0000`),
    ),
  );
}

/** The most CPU time that one text of 20,000 characters costs, in ms; the best of three, for a machine does other things too. */
export function worstCpuMs(regex: RegExp): number {
  const pattern = new RegExp(regex.source, regex.flags.replaceAll(/[gy]/gu, ""));
  return Math.max(
    ...attacksOn(regex).map((text) => {
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 3 && best > fastMs; round += 1)
        best = Math.min(best, cpuMsOf(pattern, text));
      return best;
    }),
  );
}

const fastMs = 10;

function cpuMsOf(pattern: RegExp, text: string): number {
  const before = process.cpuUsage();
  pattern.test(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
