import { CommanderError } from "commander";
import { readVersion } from "../read-version.ts";
import type { CliHost } from "./cli-host.ts";
import { createProgram } from "./create-program.ts";
import { explainFailure, type ToldFailure } from "./explain-failure.ts";
import { createStyle, wantsColors } from "./output/style.ts";

/** As shells count them: 128 and the signal's number. */
const interruptedBy = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
const usageCode = 2;

/** Runs the command that the arguments name, to its end, and tells the process how it ended. */
export async function runCli(host: CliHost): Promise<void> {
  const stopping = new AbortController();
  let code = 0;
  let interrupted: number | undefined;
  let isHandedOver = false;
  const release = host.onSignal((signal) => {
    // the second time somebody means it
    if (interrupted !== undefined) host.leave(interrupted);
    interrupted = interruptedBy[signal];
    stopping.abort(new DOMException("Interrupted.", "AbortError"));
  });
  host.onClosedPipe(() => host.leave(code));
  const program = createProgram(host, {
    version: await readVersion(),
    signal: stopping.signal,
    exitWith: (wanted) => {
      code = wanted;
    },
    handOver: () => {
      release();
      isHandedOver = true;
    },
  });
  try {
    await program.parseAsync(host.arguments, { from: "user" });
  } catch (error) {
    code = error instanceof CommanderError ? toUsageCode(error) : 1;
    if (interrupted === undefined && !(error instanceof CommanderError)) tell(host, error);
  }
  if (isHandedOver) return;
  if (interrupted !== undefined) host.stderr.write("Interrupted.\n");
  release();
  host.end(interrupted ?? code);
}

/** Help that was asked for is a success. */
function toUsageCode({ exitCode }: CommanderError): number {
  return exitCode === 0 ? 0 : usageCode;
}

function tell(host: CliHost, error: unknown): void {
  const told = explainFailure(error);
  const isJson = host.arguments.includes("--json");
  if (isJson) host.stdout.write(`${JSON.stringify({ error: told ?? bug(error) }, null, 2)}\n`);
  else host.stderr.write(render(host, told ?? bug(error)));
}

function bug(error: unknown): ToldFailure {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: "internal", message, remedy: "This is a bug of Corral; please report it." };
}

function render(
  { stderr, environment, arguments: given }: CliHost,
  { message, remedy, issues }: ToldFailure,
): string {
  const style = createStyle(!given.includes("--no-color") && wantsColors(stderr.isTerminal, environment));
  const details = (issues ?? []).map(({ path, message }) => `  ${path.join(".")}: ${message}\n`);
  return `${style("red", "Error:")} ${message}\n${details.join("")}${remedy === "" ? "" : `${remedy}\n`}`;
}
