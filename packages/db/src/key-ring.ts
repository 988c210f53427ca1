import type { EntityManager } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { createSecretBox, findKeyId, keyIdOf, type RootKeys, type SecretBox } from "./secret-box.ts";

/** The root key, or what reads the root keys anew: they may have been rotated since. */
export type SecretKeys = Uint8Array | (() => Promise<RootKeys>);

/** The root keys of a running process, which follow a rotation by another one without a restart. */
export interface KeyRing {
  /** Knows the key that seals now, and keeps a rotation from ending before the transaction does. */
  forSealing(em: EntityManager): Promise<SecretBox>;
  /** Knows the keys that sealed these, if they are to be had. */
  forOpening(...sealed: readonly (string | null | undefined)[]): Promise<SecretBox>;
}

export async function openKeyRing(source: SecretKeys): Promise<KeyRing> {
  const read = async (): Promise<RootKeys> => (typeof source === "function" ? source() : [source]);
  let box = createSecretBox(await read());
  const reload = async () => {
    const keys = await read();
    if (keys.map(keyIdOf).join() !== box.keyIds.join()) box = createSecretBox(keys);
    return box;
  };
  return {
    async forSealing(em) {
      await sql`select pg_advisory_xact_lock_shared(${sealingLock})`.execute(em.getKysely());
      return reload();
    },
    async forOpening(...sealed) {
      const isKnown = sealed.every((text) => {
        const keyId = findKeyId(text);
        return keyId === undefined || box.keyIds.includes(keyId);
      });
      return isKnown ? box : reload();
    },
  };
}

/** Shared by who seals; a rotation takes it alone for a moment, after which nobody seals with an old key any more. */
export const sealingLock = 7_024_803;
