import { z } from "zod";
import { fieldChangeSchema } from "../model/model-history.ts";
import { toConnectionItem } from "./connection-items.ts";
import { itemKinds, type ItemKind } from "./document-schema.ts";
import { toGroupItem } from "./group-items.ts";
import { toModelItem } from "./model-items.ts";
import { toAliasItem } from "./plan-aliases.ts";
import type { OwnerMark } from "./owner-marks.ts";
import { driftOf } from "./plan-step.ts";
import { toCanonicalSettings } from "./plan-settings.ts";
import { connectionNames, toPolicyItem } from "./policy-items.ts";
import { mayManage, sourceFor, type World } from "./read-world.ts";

export const documentDriftSchema = z.strictObject({
  source: z.string(),
  /** How many objects the document made or took over, the drifted ones among them. */
  owned: z.int(),
  items: z
    .array(
      z.strictObject({
        kind: z.enum(itemKinds),
        name: z.string(),
        /** `gone`: deleted by hand, or no longer the caller's to write. */
        state: z.enum(["changed", "gone"]),
        appliedAt: z.string(),
        /** From what was applied to what is stored. */
        changes: z.array(fieldChangeSchema).readonly(),
      }),
    )
    .readonly(),
});
export type DocumentDrift = z.output<typeof documentDriftSchema>;

/** What is no longer as a document applied it, as far as the document spoke of it. */
export function findDrift(world: World, source: string): DocumentDrift {
  const own = sourceFor(world.actor, source);
  const marks = world.marks.filter((mark) => mark.source === own && mayManage(world.actor, mark.kind));
  const itemOf = storedItems(world);
  const items = marks.flatMap((mark): DocumentDrift["items"][number][] => {
    const { kind, name, appliedAt } = mark;
    const stored = itemOf[kind](mark);
    if (stored === undefined) return [{ kind, name, state: "gone", appliedAt, changes: [] }];
    const changes = [...driftOf(mark, stored)];
    return changes.length === 0 ? [] : [{ kind, name, state: "changed", appliedAt, changes }];
  });
  return { source, owned: marks.length, items };
}

function storedItems(world: World): { readonly [K in ItemKind]: (mark: OwnerMark) => object | undefined } {
  const { names, records, settings } = world;
  const groups = new Map((world.groups ?? []).map((group) => [group.id, group]));
  const connections = new Map((world.connections ?? []).map((connection) => [connection.uid, connection]));
  const policies = new Map((world.policies ?? []).map((policy) => [policy.uid, policy]));
  const aliases = new Map((world.aliases ?? []).map((alias) => [alias.uid, alias]));
  const naming = { names, connections: connectionNames(world.connections) };
  return {
    settings: () =>
      settings === null
        ? undefined
        : toCanonicalSettings({ ...settings, memberPermissions: [...settings.memberPermissions] }),
    group({ uid }) {
      const group = groups.get(uid);
      return group && toGroupItem(names, group);
    },
    connection({ uid }) {
      const connection = connections.get(uid);
      return connection && toConnectionItem(names, connection);
    },
    policy({ uid }) {
      const policy = policies.get(uid);
      return policy && toPolicyItem(naming, policy);
    },
    alias({ uid }) {
      const alias = aliases.get(uid);
      return alias && toAliasItem(world, alias);
    },
    model({ uid }) {
      const record = records.get(uid);
      return record && toModelItem(world, record);
    },
  };
}
