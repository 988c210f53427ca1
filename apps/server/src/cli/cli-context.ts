import { parseEnv, renderProblems, type Env, type EnvSource } from "../env.ts";
import type { CliHost } from "./cli-host.ts";
import { createProgress, type Progress } from "./output/progress-bar.ts";
import { renderTable, type Table } from "./output/render-table.ts";
import { createStyle, wantsColors, type Style } from "./output/style.ts";

/** What a command works with. */
export interface CliContext {
  readonly host: CliHost;
  /** Parsed when first asked for. @throws CliFailure with every problem of the configuration. */
  env(): Env;
  /** Ends with Ctrl-C. */
  readonly signal: AbortSignal;
  readonly isJson: boolean;
  readonly style: Style;
  /** The result, for people; nothing with `--json`. */
  print(text: string): void;
  printTable(table: Table): void;
  /** The result, for programs; nothing without `--json`. */
  printJson(value: object): void;
  /** Something beside the result, on the other stream. */
  note(text: string): void;
  startProgress(): Progress;
  /** What the process says when the command is done; 0 unless told otherwise. */
  exitWith(code: 0 | 1 | 3): void;
}

/** Why a command cannot do its work, in words for whoever called it. */
export class CliFailure extends Error {
  readonly code: string;
  readonly remedy: string;

  constructor(code: string, message: string, remedy = "") {
    super(message);
    this.name = "CliFailure";
    this.code = code;
    this.remedy = remedy;
  }
}

/** Wide enough for what goes to a file. */
const widthElsewhere = 160;

export function createCliContext(
  host: CliHost,
  options: {
    readonly isJson: boolean;
    readonly hasColors: boolean;
    readonly signal: AbortSignal;
    readonly exitWith: (code: number) => void;
  },
): CliContext {
  const { isJson, signal, exitWith } = options;
  const { stdout, stderr, environment } = host;
  const styleFor = (isTerminal: boolean) =>
    createStyle(options.hasColors && wantsColors(isTerminal, environment));
  const style = styleFor(stdout.isTerminal);
  let env: Env | undefined;
  return {
    host,
    signal,
    isJson,
    style,
    exitWith,
    env: () => (env ??= readEnv(environment)),
    print: (text) => {
      if (!isJson) stdout.write(text);
    },
    printTable: (table) => {
      const width = stdout.columns() ?? widthElsewhere;
      if (!isJson) stdout.write(renderTable(table, { width, style }));
    },
    printJson: (value) => {
      if (isJson) stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    note: (text) => stderr.write(`${text}\n`),
    startProgress: () =>
      createProgress(stderr, {
        style: styleFor(stderr.isTerminal),
        isQuiet: isJson,
        nowMs: () => performance.now(),
      }),
  };
}

function readEnv(source: EnvSource): Env {
  const parsed = parseEnv(source);
  if (parsed.ok) return parsed.env;
  throw new CliFailure("invalid_configuration", renderProblems(parsed.problems));
}
