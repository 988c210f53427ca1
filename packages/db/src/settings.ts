import { defaultMemberPermissions, permissions } from "@corral/access-control";
import type { ChangeAuthor, Committed, JsonValue } from "@corral/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { z } from "zod";
import { SettingEntity } from "./entities/setting.entity.ts";
import { fresh } from "./session.ts";
import { toDomainError } from "./to-domain-error.ts";
import { write } from "./unit-of-work.ts";

/** What holds for everybody, with what it is until somebody says otherwise. */
export const settingsSchema = z.strictObject({
  /** Administrators may read and write everybody's models. */
  adminBypass: z.boolean().default(true),
  memberPermissions: z.array(z.enum(permissions)).default([...defaultMemberPermissions]),
  /** Strangers may sign up; they are `pending` until an administrator lets them in. */
  signUpOpen: z.boolean().default(false),
  /** Hash of the code that the first administrator has to know; `null` once there is one. */
  setupCodeHash: z.string().nullable().default(null),
});
export type Settings = z.output<typeof settingsSchema>;
export type SettingName = keyof Settings;

/** The row of each setting. What stands under `secret.` never reaches the change log. */
const keys: { readonly [N in SettingName]: string } = {
  adminBypass: "admin_bypass",
  memberPermissions: "member_permissions",
  signUpOpen: "sign_up_open",
  setupCodeHash: "secret.setup_code_hash",
};
const names = Object.keys(keys) as SettingName[]; // safe: the record's own keys

export interface SettingsStore {
  get(): Promise<Settings>;
  /** A field that is present replaces its value, `null` removes it; an absent one stays. */
  update(change: Partial<Settings>, author: ChangeAuthor): Promise<Committed<Settings>>;
}

export function createSettingsStore(orm: MikroORM): SettingsStore {
  return {
    async get() {
      try {
        return await readSettings(orm.em.fork());
      } catch (error) {
        throw toDomainError(error);
      }
    },
    update: (change, author) =>
      write(orm, author, async (em) => {
        const next = settingsSchema.partial().parse(change);
        const named = names.filter((name) => next[name] !== undefined && name in change);
        const [unset, set] = [
          named.filter((name) => next[name] === null),
          named.filter((name) => next[name] !== null),
        ];
        await em.nativeDelete(SettingEntity, { key: { $in: unset.map((name) => keys[name]) } });
        const rows = set.map((name) => ({
          key: keys[name],
          value: next[name] ?? null,
          updatedAt: new Date(),
        }));
        await em.upsertMany(SettingEntity, rows, fresh);
        return readSettings(em);
      }),
  };
}

/** A stored value that this version does not understand counts as not set. */
export async function readSettings(em: EntityManager): Promise<Settings> {
  const rows = await em.find(SettingEntity, { key: { $in: Object.values(keys) } }, fresh);
  const stored = new Map<string, JsonValue>(rows.map((row) => [row.key, row.value]));
  const parsed = names.map((name) => [name, parseSetting(name, stored.get(keys[name]))]);
  return settingsSchema.parse(Object.fromEntries(parsed));
}

function parseSetting(name: SettingName, value: JsonValue | undefined): unknown {
  return settingsSchema.shape[name].safeParse(value).data;
}
