import { z } from "zod";
import { DomainError } from "../error/domain-error.ts";
import type { Repositories } from "../database/unit-of-work.ts";
import type { Actor } from "../identity/actor.ts";
import { limits } from "../limits.ts";
import { assertMayName } from "./judge-sharing.ts";
import { modelIdSchema } from "./model-id.ts";
import { findVersion, readVersions } from "./model-history.ts";
import type { ModelPorts } from "./model-ports.ts";
import type { WriteContext } from "./model-service.ts";
import type { PinnedConfig, RevisionPin } from "./pin-repository.ts";
import { pinTargetSchema, type PinTarget } from "./revision-pin.ts";
import { assertWritable, findWritable, recordUidOf, withRecord } from "./writable-entry.ts";
import { unknownModel } from "../catalog/find-readable.ts";

export const revisionPinSchema = z.strictObject({
  uid: z.string(),
  revision: z.int(),
  target: pinTargetSchema,
  createdBy: z.string().nullable(),
  createdAt: z.string(),
});
export const setPinSchema = z.strictObject({
  id: modelIdSchema,
  revision: z.int().min(1),
  target: pinTargetSchema,
});
export const removePinSchema = z.strictObject({ id: modelIdSchema, uid: z.uuid() });

/** Pins of callers to earlier revisions of a model, for those who may write it. */
export interface PinService {
  /** @throws DomainError `model_not_found`, `access_denied`. */
  list(actor: Actor, id: string): Promise<readonly RevisionPin[]>;
  /** @throws DomainError as list, `version_not_found`, `principal_not_found`, `invalid_input` for shares over 100 %. */
  set(actor: Actor, input: z.output<typeof setPinSchema>, context: WriteContext): Promise<RevisionPin>;
  /** @throws DomainError as list, `pin_not_found`. */
  remove(actor: Actor, input: z.output<typeof removePinSchema>, context: WriteContext): Promise<void>;
}

export function createPinService(ports: ModelPorts): PinService {
  const { catalog, unitOfWork } = ports;
  const write = async <T>(
    actor: Actor,
    by: WriteContext & { readonly id: string; readonly action: string },
    work: (repositories: Repositories, recordUid: string) => Promise<T>,
  ): Promise<T> => {
    const { id, action, requestId } = by;
    const entry = findWritable(catalog.current(), actor, id);
    const uid = recordUidOf(entry);
    if (uid === undefined) throw neverWritten(id);
    const author = { actorId: actor.principal.userId, action, requestId };
    const { value, change } = await unitOfWork.write(author, async (repositories) => {
      // Nobody else pins meanwhile, and the right is judged on what is stored.
      const [stored] = await repositories.models.lockMany([uid]);
      if (stored === undefined) throw unknownModel(id);
      assertWritable(catalog.current(), actor, withRecord(entry, stored));
      return work(repositories, uid);
    });
    await catalog.acknowledge(change);
    return value;
  };

  return {
    async list(actor, id) {
      const uid = recordUidOf(findWritable(catalog.current(), actor, id));
      return uid === undefined ? [] : unitOfWork.read(({ pins }) => pins.list(uid));
    },
    async set(actor, { id, revision, target }, context) {
      const { record } = findVersion(await readVersions(ports, actor, id), revision);
      const { params, paramModes, meta } = record;
      const config: PinnedConfig = { params, paramModes, capabilities: meta.capabilities ?? {} };
      return write(actor, { ...context, id, action: "models.pins.set" }, async ({ pins }, recordUid) => {
        if (target.kind === "user") {
          assertMayName(actor, { userIds: [target.userId], groupIds: [] }, catalog.current());
        }
        if (target.kind === "key") await assertMayPinKey(actor, target.keyId, pins);
        const others = (await pins.list(recordUid)).filter((pin) => !isReplaced(pin, { revision, target }));
        assertRoom(others, target);
        return pins.set(recordUid, { revision, target, config, createdBy: actor.principal.userId });
      });
    },
    remove: (actor, { id, uid }, context) =>
      write(actor, { ...context, id, action: "models.pins.remove" }, async ({ pins }, recordUid) => {
        if (!(await pins.remove(recordUid, uid))) throw new DomainError("pin_not_found");
      }),
  };
}

function neverWritten(id: string): DomainError {
  return new DomainError(
    "version_not_found",
    `"${id}" comes from a provider and has no revisions to pin to.`,
  );
}

/** One's own keys; administrators anybody's. One answer for unknown and not theirs. */
async function assertMayPinKey(actor: Actor, keyId: string, pins: Repositories["pins"]): Promise<void> {
  const owner = await pins.findKeyOwner(keyId);
  const { role, userId } = actor.principal;
  if (owner !== undefined && (owner === userId || role === "admin")) return;
  throw new DomainError("principal_not_found", `No key that you may name has the id ${keyId}.`, {
    details: { issues: [{ path: ["target", "keyId"], message: "is unknown to you" }] },
  });
}

function isReplaced(
  pin: RevisionPin,
  { revision, target }: { readonly revision: number; readonly target: PinTarget },
): boolean {
  if (pin.target.kind === "user") return target.kind === "user" && target.userId === pin.target.userId;
  if (pin.target.kind === "key") return target.kind === "key" && target.keyId === pin.target.keyId;
  return target.kind === "share" && pin.revision === revision;
}

function assertRoom(others: readonly RevisionPin[], target: PinTarget): void {
  if (others.length >= limits.pinsPerModel) {
    throw new DomainError(
      "invalid_input",
      `A model has at most ${limits.pinsPerModel} pins; remove one first.`,
      {
        details: { issues: [{ path: ["target"], message: "is one too many" }] },
      },
    );
  }
  if (target.kind !== "share") return;
  const taken = others.reduce((sum, pin) => sum + (pin.target.kind === "share" ? pin.target.percent : 0), 0);
  if (taken + target.percent <= 100) return;
  throw new DomainError("invalid_input", `Other revisions have ${taken} % of the callers already.`, {
    details: { issues: [{ path: ["target", "percent"], message: `must be at most ${100 - taken}` }] },
  });
}
