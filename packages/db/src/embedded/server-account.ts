import { chown, readFile } from "node:fs/promises";
import { geteuid } from "node:process";

import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";

/** The unprivileged account that PostgreSQL runs as, since it refuses to run as root. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/** `nobody` when we are root; `undefined` when PostgreSQL can simply run as we do. */
export async function findServerAccount(): Promise<ServerAccount | undefined> {
  if (geteuid?.() !== 0) return undefined;
  // An account of our own would be better, but initdb insists on one that /etc/passwd knows.
  const [, uid, gid] = /^nobody:[^:]*:(-?\d+):(-?\d+):/mu.exec(await readFile("/etc/passwd", "utf8")) ?? [];
  if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  throw new EmbeddedPostgresError("wrong_user", {
    problem: "PostgreSQL cannot run as root, and this system has no account named nobody.",
    remedy: "Start as an ordinary user, or set DATABASE_URL to a PostgreSQL server.",
  });
}

export async function giveTo(account: ServerAccount | undefined, path: string): Promise<void> {
  if (account !== undefined) await chown(path, account.uid, account.gid);
}
