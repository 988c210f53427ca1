import type { Command } from "commander";
import { expect, test } from "vitest";
import { createProgram } from "../../src/cli/create-program.ts";
import { quietHost, quietOptions } from "./quiet-host.ts";

const introduction = `# The command line

Written from what \`corral help\` says; \`vitest run -u\` on the test of this page writes it anew.

In the project, \`pnpm corral …\` calls it (\`pnpm --silent corral …\` in scripts); in the container, \`node apps/server/bin/corral.mjs …\`. With \`source <(corral completion bash)\` a shell completes what is typed.

- **Data.** Commands that say so work on the database itself: that of \`DATABASE_URL\`, or the embedded one below \`CORRAL_DATA_DIR\`. A running server goes on and shows what they did; without one they start its PostgreSQL for the while, and a server that is started meanwhile waits. They read the same environment as the server.
- **Output.** Results go to standard output, everything else to standard error. \`--json\` prints one JSON object, \`{"error": {code, message, remedy}}\` for a failure. Colors and progress are for terminals alone; \`NO_COLOR\` and \`FORCE_COLOR\` are obeyed.
- **Exit codes.** 0, 1 (it failed), 2 (wrong usage), 3 (\`plan\`, or \`import\` without \`--apply\`, found something to do), 130 (Ctrl-C). An interrupted command leaves no half-written file; of transactions, those that were complete stay.
`;

test("docs/command-line.md says what the commands say", async () => {
  const program = createProgram(quietHost, quietOptions);

  const page = [introduction, ...listCommands(program).map(render)].join("\n");

  await expect(page).toMatchFileSnapshot("../../../../docs/command-line.md");
});

function listCommands(command: Command): Command[] {
  return command.commands
    .filter((child) => child.name() !== "help")
    .flatMap((child) => (child.commands.length === 0 ? [child] : listCommands(child)));
}

function render(command: Command): string {
  let help = "";
  command.configureOutput({ writeOut: (text) => void (help += text), getOutHelpWidth: () => 100 });
  command.outputHelp();
  const names = [command.name(), ...(command.parent?.parent ? [command.parent.name()] : [])].toReversed();
  return `## ${names.join(" ")}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\`\n`;
}
