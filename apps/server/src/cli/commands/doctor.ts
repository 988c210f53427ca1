import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { parseEnv, type Env } from "../../env.ts";
import { findNodeProblem } from "../../find-node-problem.ts";
import { worksOnData, type Action } from "../cli-action.ts";
import type { CliContext } from "../cli-context.ts";
import { checkDatabase } from "../doctor/check-database.ts";
import { checkDataDirectory, checkPort, checkSecretKey } from "../doctor/check-machine.ts";
import { checkLeftBehind } from "../doctor/check-left-behind.ts";
import { checkProviders } from "../doctor/check-providers.ts";
import { failed, ok, skipped, type Finding } from "../doctor/finding.ts";
import { explainFailure } from "../explain-failure.ts";
import type { Color } from "../output/style.ts";
import { withPostgres } from "../with-postgres.ts";
import { withServices } from "../with-services.ts";

const marks: Readonly<Record<Finding["status"], readonly [mark: string, color: Color]>> = {
  ok: ["ok", "green"],
  warning: ["!", "yellow"],
  failed: ["x", "red"],
  skipped: ["-", "dim"],
};

export function addDoctorCommand(program: Command, action: Action): void {
  program
    .command("doctor")
    .description(
      "look for what keeps Corral from working, and say how to mend it; exit code 1 for what is broken",
    )
    .addHelpText(
      "after",
      `\nLooks at Node, configuration, data directory, key, port, databases of clones that are gone,\ndatabase, clocks and providers. Changes nothing.\n${worksOnData}`,
    )
    .action(
      action(async (context) => {
        const findings = await examine(context);
        context.printJson({ ok: !findings.some(isBroken), findings });
        const rows = findings.map(({ name, status, message }) => {
          const [text, color] = marks[status];
          return [{ text, color }, name, message];
        });
        context.printTable({ head: ["", "what", "found"], rows });
        // in full: a table may have cut it short
        for (const { name, status, message, remedy } of findings) {
          if (status === "warning" || status === "failed") context.print(`\n${name}: ${message} ${remedy}\n`);
        }
        if (findings.some(isBroken)) context.exitWith(1);
      }),
    );
}

function isBroken({ status }: Finding): boolean {
  return status === "failed";
}

async function examine(context: CliContext): Promise<readonly Finding[]> {
  using progress = context.startProgress();
  const { host } = context;
  const node = checkNode(host.terminal.nodeVersion);
  const parsed = parseEnv(host.environment);
  if (!parsed.ok) {
    const problems = parsed.problems.map(({ variable, problem, remedy }) =>
      failed(variable, `It ${problem}.`, remedy),
    );
    return [node, ...problems];
  }
  const { env } = parsed;
  progress.show("the machine", null);
  const machine = [
    node,
    ok("configuration", "Every variable can be used."),
    await checkDataDirectory(env),
    await checkSecretKey(env),
    await checkPort(env),
    await checkLeftBehind(env),
  ];
  progress.show("database and providers", null);
  return [...machine, ...(await examineData(context, env))];
}

function checkNode(version: string): Finding {
  const problem = findNodeProblem(version);
  return problem === undefined ? ok("node", `Node ${version}.`) : failed("node", problem, "");
}

async function examineData(context: CliContext, env: Env): Promise<readonly Finding[]> {
  if (!(await hasData(env))) return [skipped("database", "There is none before the first start.")];
  try {
    const database = await withPostgres(context, checkDatabase);
    if (!database.isCurrent) return database.findings;
    const providers = await withServices(context, (container) => checkProviders(container, context.signal));
    return [...database.findings, ...providers];
  } catch (error) {
    const told = context.signal.aborted ? undefined : explainFailure(error);
    if (told === undefined) throw error;
    return [failed("database", told.message, told.remedy)];
  }
}

/** Looking must not make a database. */
async function hasData({ databaseUrl, dataDir }: Env): Promise<boolean> {
  if (databaseUrl !== null) return true;
  const password = await stat(join(dataDir, "postgres-password")).catch(() => undefined);
  return password !== undefined;
}
