/** One instruction of a Dockerfile. `words` is the JSON form where there is one, else the text split at spaces. */
export type DockerStep = {
  readonly instruction: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly text: string;
  readonly words: readonly string[];
};

export type DockerStage = {
  /** The name after `AS`, else the number. */
  readonly name: string;
  /** An image, or the name of an earlier stage. */
  readonly base: string;
  readonly steps: readonly DockerStep[];
};

/** Reads the stages of a Dockerfile without variables and here-documents. */
export function parseDockerfile(source: string): DockerStage[] {
  const stages: { name: string; base: string; steps: DockerStep[] }[] = [];
  for (const line of toLines(source)) {
    const step = parseStep(line);
    if (step.instruction === "FROM") {
      const [base = "", , name = String(stages.length)] = step.words;
      stages.push({ name, base, steps: [] });
    } else {
      stages.at(-1)?.steps.push(step);
    }
  }
  return stages;
}

/** Instructions, each on one line, without comments. */
function toLines(source: string): string[] {
  const withoutComments = source.replaceAll(/^\s*#.*\n/gmu, "");
  return withoutComments
    .replaceAll(/\s*\\\n\s*/gu, " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function parseStep(line: string): DockerStep {
  const [, instruction = "", rest = ""] = /^(\S+)\s+(.*)$/u.exec(line) ?? [];
  const flags: Record<string, string> = {};
  let text = rest;
  for (let match = flagPattern.exec(text); match !== null; match = flagPattern.exec(text)) {
    flags[match[1] ?? ""] = match[2] ?? "";
    text = text.slice(match[0].length);
  }
  return { instruction: instruction.toUpperCase(), flags, text, words: toWords(text) };
}

const flagPattern = /^--([a-z-]+)=(\S+)\s+/u;

function toWords(text: string): string[] {
  const json = /\[.*\]$/u.exec(text)?.[0];
  // safe: Docker takes only arrays of texts there
  return json === undefined ? text.split(/\s+/u) : (JSON.parse(json) as string[]);
}
