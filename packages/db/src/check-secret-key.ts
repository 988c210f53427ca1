import type { MikroORM } from "@mikro-orm/postgresql";
import { DatabaseStartError } from "./database-start-error.ts";
import { SettingEntity } from "./entities/setting.entity.ts";
import { missingKeys } from "./rotate-secrets.ts";
import { countSealed } from "./sealed-columns.ts";
import { findKeyId, type SecretBox } from "./secret-box.ts";
import { fresh } from "./session.ts";

const key = "secret.key_check";
const place = { table: "settings", id: key, column: "value" };
const content = "corral";

/**
 * Refuses keys that do not open what the database holds. The first start leaves a sealed word behind, by which the
 * later ones tell.
 *
 * @throws DatabaseStartError `wrong_secret_key`.
 */
export async function checkSecretKey(orm: MikroORM, box: SecretBox): Promise<void> {
  const em = orm.em.fork();
  const sealedBy = [...(await countSealed(em)).keys()];
  const missing = sealedBy.filter((keyId) => !box.keyIds.includes(keyId));
  const stored = await em.findOne(SettingEntity, { key }, fresh);
  if (stored !== null && !opensKeyCheck(box, stored.value)) throw wrongKey(box, stored.value);
  if (missing.length > 0) throw missingKeys(missing, box.keyIds);
  if (stored !== null) return;
  const row = { key, value: box.seal(content, place) };
  await em.upsert(SettingEntity, row, { onConflictAction: "ignore", ...fresh });
  // Another process may have been first, with another key.
  const first = await em.findOneOrFail(SettingEntity, { key }, fresh);
  if (!opensKeyCheck(box, first.value)) throw wrongKey(box, first.value);
}

/** Whether this is what keys like ours left behind. */
export function opensKeyCheck(box: SecretBox, value: unknown): boolean {
  try {
    return typeof value === "string" && box.open(value, place) === content;
  } catch {
    return false;
  }
}

function wrongKey(box: SecretBox, stored: unknown): DatabaseStartError {
  return new DatabaseStartError(
    "wrong_secret_key",
    `The secret key (${box.keyId}) is not the one that sealed this database's secrets ` +
      `(${findKeyId(stored) ?? "unknown"}). Put the old key back; without it the stored keys of connections are lost.`,
  );
}
