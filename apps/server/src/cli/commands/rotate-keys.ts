import { randomBytes } from "node:crypto";
import type { Command } from "commander";
import type { RootKeys } from "@corral/db";
import type { Env } from "../../env.ts";
import { findRootKeys, keyFileOf, readRootKeys, replaceKeyFile } from "../../root-key.ts";
import { StartError } from "../../start-error.ts";
import { worksOnData, type Action } from "../cli-action.ts";

export function addRotateKeysCommand(program: Command, action: Action): void {
  program
    .command("rotate-keys")
    .description("seal the stored secrets with a new key")
    .addHelpText(
      "after",
      `\nInterrupted at any moment everything still opens; call it again to go on.\n${worksOnData}`,
    )
    .action(
      action(async (context) => {
        const env = context.env();
        using progress = context.startProgress();
        const rotated = await rotateKeys(env, {
          signal: context.signal,
          onProgress: (done, total) => progress.show("secrets", total === 0 ? 1 : done / total),
        });
        progress[Symbol.dispose]();
        context.printJson(rotated);
        context.print(`${describeRotation(rotated, env)}\n`);
      }),
    );
}

/** What a rotation did. */
export type RotatedKeys = {
  /**
   * `rotated`: a new key was made; `resumed`: the work of one that was interrupted, or that new keys in the environment
   * ask for, was done; `unchanged`: the keys are in the environment, and nothing is sealed with an old one.
   */
  readonly outcome: "rotated" | "resumed" | "unchanged";
  /** Of the key that now seals everything. */
  readonly keyId: string;
  /** How many secrets were sealed anew. */
  readonly resealed: number;
  /** Keys that nothing is sealed with any more. They stay where they are until the next rotation. */
  readonly unusedKeyIds: readonly string[];
};

export type RotateOptions = {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
};

/**
 * Seals all secrets with a new key, beside running servers or without any. Killed at any moment, everything still opens
 * and the next call goes on.
 *
 * @throws StartError, DatabaseStartError `rotation_running` or `wrong_secret_key`, EmbeddedPostgresError.
 */
export async function rotateKeys(env: Env, options: RotateOptions = {}): Promise<RotatedKeys> {
  if ((await findRootKeys(env)) === undefined) {
    throw new StartError(
      `${keyFileOf(env)} does not exist. There is nothing to rotate before the first start.`,
    );
  }
  const [{ keyIdOf, openSecretRotation }, { openPostgres }, { pino }] = await Promise.all([
    import("@corral/db"),
    import("../../open-database.ts"),
    import("pino"),
  ]);
  await using resources = new AsyncDisposableStack();
  const logger = pino({ level: "silent" });
  const { url } = await openPostgres(resources, { env, logger, signal: options.signal, isCommand: true });
  await using rotation = await openSecretRotation(url);
  const counts = await rotation.count();
  // read under the rotation's lock: nobody else replaces the file now
  const found = await readRootKeys(env);
  const isPending = [...counts.keys()].some((keyId) => keyId !== keyIdOf(found[0]));
  const isNew = !isPending && env.secretKey === null;
  const keys: RootKeys = isNew ? [randomBytes(32), ...found] : found;
  // In the file before anything is sealed with it. Of the earlier keys only the last one may still be in use by a
  // backup; nothing here is.
  if (isNew) await replaceKeyFile(env, [keys[0], found[0]]);
  const resealed = await rotation.reseal(keys, options);
  return {
    outcome: isNew ? "rotated" : isPending ? "resumed" : "unchanged",
    keyId: keyIdOf(keys[0]),
    resealed,
    unusedKeyIds: keys.slice(1).map(keyIdOf),
  };
}

/** What a person should know afterwards, as lines. */
export function describeRotation({ outcome, keyId, resealed, unusedKeyIds }: RotatedKeys, env: Env): string {
  if (outcome === "unchanged") {
    return [
      `Nothing to do: everything is sealed with key ${keyId}.`,
      "To rotate a key that is in the environment, set CORRAL_SECRET_KEY to a new one (openssl rand -base64 32) and",
      "CORRAL_OLD_SECRET_KEYS to the present one, restart every server, then run this again.",
    ].join("\n");
  }
  const done = outcome === "rotated" ? "Rotated" : "Finished the rotation";
  const where =
    env.secretKey === null
      ? `${keyFileOf(env)} was changed: back it up again.`
      : "CORRAL_OLD_SECRET_KEYS may go at the next restart, unless a backup needs it.";
  return `${done}: ${resealed} secrets are sealed with key ${keyId}; ${unusedKeyIds.join(", ")} is no longer used. ${where}`;
}
