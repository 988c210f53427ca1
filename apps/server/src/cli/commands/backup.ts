import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { BackupProgress } from "@corral/db";
import type { Command } from "commander";
import { readVersion } from "../../read-version.ts";
import { worksOnData, type Action } from "../cli-action.ts";
import type { Progress } from "../output/progress-bar.ts";
import { withPostgres } from "../with-postgres.ts";
import { newFile, writeFileWhole } from "../write-file-whole.ts";

const help = `
Everything as of one moment, while a server goes on. Stored secrets stay sealed:
keep the key file (secret.key in CORRAL_DATA_DIR, or CORRAL_SECRET_KEY) as well,
and somewhere else. The file holds what the database holds: keep it as safe.
${worksOnData}`;

export function addBackupCommand(program: Command, action: Action): void {
  program
    .command("backup")
    .description("write everything that the database holds to a file")
    .argument("[file]", "by default corral-<date>.backup")
    .addHelpText("after", help)
    .action(
      action(async (context, given) => {
        const file =
          typeof given === "string" ? given : `corral-${new Date().toISOString().slice(0, 10)}.backup`;
        const version = await readVersion();
        const { writeBackup } = await import("@corral/db");
        using progress = context.startProgress();
        const summary = await withPostgres(context, async (url) =>
          writeFileWhole(file, (partial) =>
            writeBackup(url, createWriteStream(partial, newFile), {
              version,
              signal: context.signal,
              onProgress: (at) => showRows(progress, at),
            }),
          ),
        );
        progress[Symbol.dispose]();
        const { size } = await stat(file);
        context.printJson({ file, bytes: size, ...summary });
        const tables = Object.keys(summary.tables).length;
        context.print(
          `${file}: ${summary.rows} rows of ${tables} tables, ${(size / 1_000_000).toFixed(1)} MB.\n`,
        );
      }),
    );
}

export function showRows(progress: Progress, { table, rows, totalRows }: BackupProgress): void {
  progress.show(table, totalRows === 0 ? 1 : rows / totalRows);
}
