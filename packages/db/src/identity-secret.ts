import { randomBytes } from "node:crypto";
import { Secret } from "@corral/core";
import type { MikroORM } from "@mikro-orm/postgresql";
import { SettingEntity } from "./entities/setting.entity.ts";
import type { KeyRing } from "./key-ring.ts";
import { fresh } from "./session.ts";

const key = "secret.identity";
const place = { table: "settings", id: key, column: "value" };

/**
 * What cookies are signed and second factors sealed with: random, made once, and itself sealed, so that it outlives a
 * rotation of the root key and nobody is signed out by one.
 */
export async function readIdentitySecret(orm: MikroORM, keys: KeyRing): Promise<Secret> {
  const stored = await orm.em.fork().findOne(SettingEntity, { key }, fresh);
  if (stored !== null) return openText(keys, stored.value);
  return orm.em.fork().transactional(async (em) => {
    const box = await keys.forSealing(em);
    const row = { key, value: box.seal(randomBytes(32).toString("base64url"), place) };
    await em.upsert(SettingEntity, row, { onConflictAction: "ignore", ...fresh });
    // Another process may have been first.
    const first = await em.findOneOrFail(SettingEntity, { key }, fresh);
    return openText(keys, first.value);
  });
}

async function openText(keys: KeyRing, value: unknown): Promise<Secret> {
  const sealed = typeof value === "string" ? value : "";
  return new Secret((await keys.forOpening(sealed)).open(sealed, place));
}
