import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";

import type { Cluster } from "./cluster.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { writeFileDurably } from "./write-file-durably.ts";

/** The password of this cluster's roles, made before the cluster and kept so that an orphan can be adopted. */
export async function readOrCreatePassword(cluster: Cluster, isInitialized: boolean): Promise<string> {
  const stored = await readFile(cluster.passwordFile, "utf8").catch(() => "");
  if (stored.trim() !== "") return stored.trim();
  if (isInitialized) {
    throw new EmbeddedPostgresError("password_missing", {
      problem: `${cluster.dataDirectory} holds a database, but its password file ${cluster.passwordFile} is gone.`,
      remedy: `Put the file back from a backup. To begin with an empty database instead, move ${cluster.dataDirectory} away.`,
    });
  }
  const password = randomBytes(32).toString("base64url");
  await writeFileDurably(cluster.passwordFile, `${password}\n`);
  return password;
}
