import { createKeySchema, keyScopes, limits } from "@corral/core";
import { InvalidArgumentError, Option, type Command } from "commander";
import { z } from "zod";
import { worksOnData, type Action } from "../cli-action.ts";
import { CliFailure } from "../cli-context.ts";
import { personOf, withServices } from "../with-services.ts";

type KeyOptions = {
  readonly name: string;
  readonly scope?: readonly string[];
  readonly model?: readonly string[];
  /** Infinite: never. */
  readonly days: number;
};

const dayMs = 86_400_000;
const standardDays = limits.keyLifeMs / dayMs;

export function addKeyCommand(program: Command, action: Action): void {
  program
    .command("key")
    .description("API keys")
    .command("create")
    .description("make an API key for somebody, and show it once")
    .argument("<email>", "whose key it is: it can do no more than they can")
    .option("--name <name>", "what it is called", "command line")
    .addOption(new Option("--scope <scope...>", "by default it calls and lists models").choices(keyScopes))
    .option("--model <id...>", "the only models it may use, also patterns with *")
    .option(
      "--days <number>",
      "how long it is valid; never: for ever, administrators only",
      toDays,
      standardDays,
    )
    .addHelpText("after", worksOnData)
    .action(
      action(async (context, email, options) => {
        // safe: commander gives what was declared above
        const { name, scope, model = [], days } = options as KeyOptions;
        const parsed = createKeySchema.safeParse({
          name,
          ...(scope && { scopes: scope }),
          expiresAt:
            days === Number.POSITIVE_INFINITY ? null : new Date(Date.now() + days * dayMs).toISOString(),
          ...(model.length > 0 && {
            models: {
              ids: model.filter((id) => !id.includes("*")),
              patterns: model.filter((id) => id.includes("*")),
            },
          }),
        });
        if (!parsed.success) throw new CliFailure("invalid_input", z.prettifyError(parsed.error));
        const made = await withServices(context, async (container, call) =>
          container.services.keys.create(await personOf(container, String(email)), parsed.data, call),
        );
        const { apiKey, key } = made;
        context.printJson({ apiKey, key: key.reveal() });
        context.print(`${key.reveal()}\n`);
        context.note(
          `Shown this once. Valid ${apiKey.expiresAt === null ? "for ever" : `until ${apiKey.expiresAt}`}.`,
        );
      }),
    );
}

function toDays(text: string): number {
  if (text === "never") return Number.POSITIVE_INFINITY;
  const days = Number(text);
  if (days > 0) return days;
  throw new InvalidArgumentError("Use a number of days, or never.");
}
