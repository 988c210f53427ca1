import type { Env } from "../../env.ts";
import { ok, warning, type Finding } from "./finding.ts";

const shown = 10;

/** Databases of clones that are gone. They are only named: nobody but a person knows that they are not wanted. */
export async function checkLeftBehind(
  { dataDir }: Pick<Env, "dataDir">,
  sharedDirectory?: string,
): Promise<Finding> {
  const name = "left behind";
  const { findLeftBehind } = await import("@corral/db/embedded");
  const found = await findLeftBehind(dataDir, sharedDirectory);
  if (found.length === 0) return ok(name, "No database of a clone that is gone.");
  const lines = found.slice(0, shown).map(({ directory, dataDir: owner, lastUsedAt, pid }) => {
    const whose = owner === null ? "of an unknown data directory" : `of ${owner}`;
    const when = lastUsedAt === null ? "" : `, last used ${lastUsedAt.toISOString().slice(0, 10)}`;
    return `${directory} (${whose}${when}${pid === null ? "" : `, PostgreSQL still runs: ${pid}`})`;
  });
  const more = found.length > shown ? `, and ${found.length - shown} more` : "";
  const directories = found.slice(0, shown).map(({ directory }) => directory);
  const running = found.flatMap(({ pid }) => pid ?? []);
  return warning(
    name,
    `${found.length === 1 ? "One database belongs" : `${found.length} databases belong`} to no data directory that is there: ${lines.join(", ")}${more}.`,
    `One of a clone that was moved is named until that clone's next start. What nobody wants back can be removed: ${running.length > 0 ? `kill -INT ${running.join(" ")}; ` : ""}rm -r ${directories.join(" ")}`,
  );
}
