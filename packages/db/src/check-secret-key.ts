import type { MikroORM } from "@mikro-orm/postgresql";
import { DatabaseStartError } from "./database-start-error.ts";
import { ConnectionEntity } from "./entities/connection.entity.ts";
import { SettingEntity } from "./entities/setting.entity.ts";
import type { SecretBox } from "./secret-box.ts";
import { fresh } from "./session.ts";

const key = "secret.key_check";
const place = { table: "settings", id: key, column: "value" };
const content = "corral";

/**
 * Refuses a key that does not open what the database holds. The first start leaves a sealed word behind, by which the
 * later ones tell.
 *
 * @throws DatabaseStartError `wrong_secret_key`.
 */
export async function checkSecretKey(orm: MikroORM, box: SecretBox): Promise<void> {
  const em = orm.em.fork();
  const stored = await em.findOne(SettingEntity, { key }, fresh);
  if (stored !== null) {
    if (!opensKeyCheck(box, stored.value)) throw wrongKey(box, stored.value);
    return;
  }
  const sealed = await em.count(ConnectionEntity, {
    $or: [{ sealedKey: { $ne: null } }, { sealedHeaders: { $ne: null } }],
  });
  if (sealed > 0) throw wrongKey(box, "");
  const row = { key, value: box.seal(content, place) };
  await em.upsert(SettingEntity, row, { onConflictAction: "ignore", ...fresh });
  // Another process may have been first, with another key.
  const first = await em.findOneOrFail(SettingEntity, { key }, fresh);
  if (!opensKeyCheck(box, first.value)) throw wrongKey(box, first.value);
}

/** Whether this is what a key like ours left behind. */
export function opensKeyCheck(box: SecretBox, value: unknown): boolean {
  try {
    return typeof value === "string" && box.open(value, place) === content;
  } catch {
    return false;
  }
}

function wrongKey(box: SecretBox, stored: unknown): DatabaseStartError {
  const expected = typeof stored === "string" ? stored.split(".")[1] : undefined;
  return new DatabaseStartError(
    "wrong_secret_key",
    `The secret key (${box.keyId}) is not the one that sealed this database's secrets` +
      `${expected ? ` (${expected})` : ""}. Put the old key back; without it the stored keys of connections are lost.`,
  );
}
