import { z } from "zod";
import type { Actor } from "../identity/actor.ts";

/** Who calls with an earlier revision: one person, one API key, or a share of all callers. */
export const pinTargetSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("user"), userId: z.uuid() }),
  z.strictObject({ kind: z.literal("key"), keyId: z.uuid() }),
  z.strictObject({ kind: z.literal("share"), percent: z.int().min(1).max(100) }),
]);
export type PinTarget = z.output<typeof pinTargetSchema>;

/** What calls need to know of a pin; what it pins to is read when it is used. Never changes: a pin is replaced. */
export type CatalogPin = { readonly uid: string; readonly target: PinTarget };

/**
 * The pin that counts for a caller: the one of their key, then their own, then a share. Which share does not change from
 * call to call, and growing one moves nobody who was in it already.
 *
 * @param pins In the order in which they were made.
 */
export function choosePin(
  actor: Actor,
  recordUid: string,
  pins: readonly CatalogPin[],
): CatalogPin | undefined {
  const { credential, principal } = actor;
  const keyId = credential.kind === "key" ? credential.keyId : undefined;
  const ofKey = pins.find(({ target }) => target.kind === "key" && target.keyId === keyId);
  const own = pins.find(({ target }) => target.kind === "user" && target.userId === principal.userId);
  if (ofKey !== undefined || own !== undefined) return ofKey ?? own;
  let below = 0;
  const bucket = bucketOf(`${principal.userId} ${recordUid}`);
  return pins.find(({ target }) => {
    if (target.kind !== "share") return false;
    below += target.percent;
    return bucket < below;
  });
}

/** 0 to 99, evenly: FNV-1a with a last mix, because similar ids differ in few bits. */
function bucketOf(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01_00_01_93);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return ((hash ^ (hash >>> 16)) >>> 0) % 100;
}
