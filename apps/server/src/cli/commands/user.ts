import { randomBytes } from "node:crypto";
import { roles, type Role } from "@corral/access-control";
import type { User } from "@corral/core";
import { Option, type Command } from "commander";
import type { Container } from "../../container.ts";
import { worksOnData, type Action } from "../cli-action.ts";
import { CliFailure, type CliContext } from "../cli-context.ts";
import { withServices, type CommandCall } from "../with-services.ts";

type UserOptions = { readonly name?: string; readonly role: Role; readonly passwordStdin?: boolean };
type NewUser = {
  readonly email: string;
  readonly password: string;
  readonly name: string;
  readonly role: Role;
};

const help = `
The first account is the administrator's: --role admin. Without --password-stdin
a password is made and shown, once.
${worksOnData}`;

export function addUserCommand(program: Command, action: Action): void {
  program
    .command("user")
    .description("people's accounts")
    .command("create")
    .description("make an account that can sign in at once")
    .argument("<email>", "its address")
    .option("--name <name>", "by default the address up to the @")
    .addOption(new Option("--role <role>", "what the account may do").choices(roles).default("user"))
    .option("--password-stdin", "read the password from a pipe, up to the end of its first line")
    .addHelpText("after", help)
    .action(
      action(async (context, given, options) => {
        const email = String(given);
        // safe: commander gives what was declared above
        const { role, name = email.split("@", 1)[0] ?? email, passwordStdin } = options as UserOptions;
        const isGiven = passwordStdin === true;
        const password = isGiven ? await readLine(context) : randomBytes(18).toString("base64url");
        const user = await withServices(context, (container, call) =>
          createUser(container, { email, password, name, role }, call),
        );
        context.printJson({ user, ...(!isGiven && { password }) });
        context.print(`${user.email} (${user.role}) can sign in.\n`);
        if (!isGiven) context.print(`Password, shown this once: ${password}\n`);
      }),
    );
}

async function createUser(
  { identity, services }: Container,
  input: NewUser,
  { requestId }: CommandCall,
): Promise<User> {
  const { needsAdministrator } = await services.accounts.setupState();
  if (!needsAdministrator) {
    return services.accounts.addUser(input, { actorId: null, requestId, action: "users.create" });
  }
  if (input.role !== "admin") {
    throw new CliFailure(
      "no_administrator",
      "There is no administrator yet.",
      "Make one first, with --role admin.",
    );
  }
  const made = await identity.ensureAdministrator(input);
  if (made !== undefined) return made;
  throw new CliFailure("signup_closed", "Somebody else has just become the administrator.", "Call it again.");
}

async function readLine({ host }: CliContext): Promise<string> {
  let text = "";
  for await (const chunk of host.stdin) {
    text += chunk.toString();
    if (text.includes("\n")) break;
  }
  return text.split(/\r?\n/u, 1)[0] ?? "";
}
