import { Command } from "commander";
import type { Action } from "./cli-action.ts";
import { createCliContext } from "./cli-context.ts";
import type { CliHost } from "./cli-host.ts";
import { addApplyCommand } from "./commands/apply.ts";
import { addBackupCommand } from "./commands/backup.ts";
import { addCompletionCommand } from "./commands/completion.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addExportCommand } from "./commands/export.ts";
import { addImportCommand } from "./commands/import.ts";
import { addKeyCommand } from "./commands/key.ts";
import { addMigrateCommand } from "./commands/migrate.ts";
import { addPlanCommand } from "./commands/plan.ts";
import { addPullCommand } from "./commands/pull.ts";
import { addRestoreCommand } from "./commands/restore.ts";
import { addRotateKeysCommand } from "./commands/rotate-keys.ts";
import { addStartCommand } from "./commands/start.ts";
import { addUserCommand } from "./commands/user.ts";
import { wantsColors } from "./output/style.ts";
import { wrapLines } from "./output/wrap-lines.ts";

export type ProgramOptions = {
  readonly version: string;
  readonly signal: AbortSignal;
  readonly exitWith: (code: number) => void;
  /** To the server, which listens to signals and ends the process by itself. */
  readonly handOver: () => void;
};

/** The whole command line, one file a command. */
export function createProgram(host: CliHost, options: ProgramOptions): Command {
  const program = new Command("corral")
    .description("Configure, list, share and call the language models you run yourself.")
    .version(options.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .option("--json", "print the result as JSON")
    .option("--no-color", "print without colors")
    .configureHelp({ showGlobalOptions: true, minWidthToWrap: 24 })
    .configureOutput({
      // what stands below the options, which commander leaves as it is
      writeOut: (text) => host.stdout.write(wrapLines(text, host.stdout.columns() ?? Infinity)),
      writeErr: (text) => host.stderr.write(text),
      getOutHelpWidth: () => host.stdout.columns() ?? 80,
      getErrHelpWidth: () => host.stderr.columns() ?? 80,
      getOutHasColors: () => wantsColors(host.stdout.isTerminal, host.environment),
      getErrHasColors: () => wantsColors(host.stderr.isTerminal, host.environment),
    })
    .showHelpAfterError("(corral help says more)")
    .exitOverride();
  const run: Action = (work) =>
    async function runAction(this: Command, ...given: unknown[]): Promise<void> {
      const { json, color } = this.optsWithGlobals<{ readonly json?: boolean; readonly color: boolean }>();
      const { signal, exitWith } = options;
      const context = createCliContext(host, { isJson: json === true, hasColors: color, signal, exitWith });
      await work(context, ...given);
    };
  addStartCommand(program, run, options.handOver);
  addMigrateCommand(program, run);
  addDoctorCommand(program, run);
  addUserCommand(program, run);
  addKeyCommand(program, run);
  addExportCommand(program, run);
  addPlanCommand(program, run);
  addApplyCommand(program, run);
  addImportCommand(program, run);
  addPullCommand(program, run);
  addBackupCommand(program, run);
  addRestoreCommand(program, run);
  addRotateKeysCommand(program, run);
  addCompletionCommand(program, run);
  return program;
}
