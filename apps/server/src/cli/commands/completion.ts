import { Argument, type Command } from "commander";
import { renderCompletion, shells, type Shell } from "../completion-script.ts";
import type { Action } from "../cli-action.ts";

const help = `
  bash  source <(corral completion bash)
  zsh   source <(corral completion zsh)
  fish  corral completion fish | source`;

export function addCompletionCommand(program: Command, action: Action): void {
  program
    .command("completion")
    .description("print a script that completes commands and options")
    .addArgument(new Argument("<shell>", "which shell it is for").choices(shells))
    .addHelpText("after", help)
    .action(
      action(async (context, shell) => {
        // safe: one of the choices
        const script = renderCompletion(program, shell as Shell);
        context.printJson({ shell, script });
        context.print(script);
      }),
    );
}
