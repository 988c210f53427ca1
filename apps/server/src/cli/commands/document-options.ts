import type { Command } from "commander";
import { worksOnData } from "../cli-action.ts";

/** What `plan` and `apply` are both told. */
export type DocumentOptions = {
  readonly adopt?: boolean;
  readonly prune?: boolean;
  readonly force?: boolean;
  readonly as?: string;
};

export function addDocumentOptions(command: Command): Command {
  return command
    .argument("<file>", "the document, JSON or YAML; - reads from a pipe")
    .option("--adopt", "take over what was made by hand or by another document")
    .option("--prune", "delete what this document made and speaks of no longer")
    .option("--force", "delete also what others are built on, and settings that keep people out")
    .option("--as <email>", "the administrator in whose name it is done; needed where there are several");
}

/** The server reads the secrets that a document refers to; here the command does. */
export const documentHelp = `\nSecrets that the document refers to (env:…, file:…) are read here.\n${worksOnData}`;
