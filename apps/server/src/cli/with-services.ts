import { randomUUID } from "node:crypto";
import { permissions } from "@corral/access-control";
import { DomainError, Secret, type Actor, type User } from "@corral/core";
import type { Container, StartOptions } from "../container.ts";
import { readVersion } from "../read-version.ts";
import { CliFailure, type CliContext } from "./cli-context.ts";
import { orInterrupted } from "./or-interrupted.ts";

/** What a write by a command is known by in the change log. */
export type CommandCall = { readonly requestId: string };

/**
 * Gives a command the services of the server, on the same database. They end with the work, and with Ctrl-C: what a
 * transaction has not finished by then is not done.
 */
export async function withServices<T>(
  context: CliContext,
  work: (container: Container, call: CommandCall) => Promise<T>,
  options: Pick<StartOptions, "listsModels"> = {},
): Promise<T> {
  const { signal, host } = context;
  // read on first use, here and elsewhere: most of what a call costs is reading the server's code
  const [{ createContainer }, { pino }] = await Promise.all([import("../container.ts"), import("pino")]);
  const logger = pino({ level: "error" }, { write: (line: string) => host.stderr.write(line) });
  await using container = await createContainer(context.env(), {
    logger,
    version: await readVersion(),
    signal,
    isCommand: true,
    ...options,
    setupCode: new Secret(randomUUID()),
  });
  return await orInterrupted(signal, work(container, { requestId: `corral-${randomUUID()}` }));
}

/**
 * The administrator in whose name a command acts: the named one, or the only one there is.
 *
 * @throws CliFailure when there is none, or one of several has to be chosen.
 */
export async function administratorOf(
  container: Container,
  email: string | undefined,
  { anyOne = false }: { readonly anyOne?: boolean } = {},
): Promise<Actor> {
  const { users } = await container.database.unitOfWork.read((repositories) =>
    repositories.users.list({ role: "admin", status: "active", offset: 0, limit: 100 }),
  );
  const people = users.filter(({ kind }) => kind !== "service");
  const found = email === undefined ? people : people.filter((user) => isSameText(user.email, email));
  const [user] = found;
  if (user === undefined) {
    throw email === undefined
      ? new CliFailure(
          "no_administrator",
          "There is no administrator yet.",
          "Make one: corral user create --role admin",
        )
      : new CliFailure(
          "unknown_administrator",
          `${email} is no active administrator.`,
          `Name one of ${list(people)}.`,
        );
  }
  if (found.length > 1 && !anyOne) {
    throw new CliFailure(
      "ambiguous_administrator",
      "There are several administrators.",
      `Say in whose name, with --as: ${list(found)}.`,
    );
  }
  return toActor(container, user);
}

/** Somebody by their address, as they could act themselves. @throws DomainError `user_not_found`. */
export async function personOf(container: Container, email: string): Promise<Actor> {
  const { users } = await container.database.unitOfWork.read((repositories) =>
    repositories.users.list({ search: email, status: "active", offset: 0, limit: 100 }),
  );
  const user = users.find((found) => isSameText(found.email, email));
  if (user === undefined) throw new DomainError("user_not_found", `There is no active account of ${email}.`);
  return toActor(container, user);
}

function toActor({ services }: Container, { id, name, email, role }: User): Actor {
  const snapshot = services.catalog.current();
  const principal = snapshot.principalOf(id);
  if (principal === undefined) throw new DomainError("user_not_found");
  const allowed = role === "admin" ? permissions : snapshot.settings.memberPermissions;
  return {
    principal,
    permissions: new Set(role === "pending" ? [] : allowed),
    name,
    email,
    credential: { kind: "session", sessionId: "command-line" },
  };
}

function isSameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function list(users: readonly { readonly email: string }[]): string {
  return users.map(({ email }) => email).join(", ");
}
