import { z } from "zod";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import type { BaseEntry } from "../catalog/indexed-model.ts";
import { contentsOf } from "../catalog/memory-snapshot.ts";
import type { Placement } from "../model/base-model.ts";
import { isServed } from "./name-list.ts";

const modelSchema = z.strictObject({ uid: z.string(), id: z.string() });

export const renameSuggestionSchema = z.strictObject({
  from: modelSchema,
  to: modelSchema,
  connection: z.strictObject({ uid: z.string(), name: z.string() }),
  /** The same weights, or the only one that went and the only one that came. */
  reason: z.enum(["same_digest", "only_candidate"]),
  goneSince: z.string(),
  /** What would move. */
  moves: z.strictObject({ settings: z.boolean(), models: z.int(), aliases: z.int() }),
  /** Both have settings: the move must say whose are kept. */
  clash: z.boolean(),
});
export type RenameSuggestion = z.output<typeof renameSuggestionSchema>;

type Place = { readonly entry: BaseEntry; readonly placement: Placement };
type Pair = {
  readonly gone: Place;
  readonly present: Place;
  readonly reason: RenameSuggestion["reason"];
};

/**
 * Models that may be others under a new name: on one connection one is gone and another has the same digest, or exactly
 * one is gone and exactly one has come since. Nothing but a suggestion. By name.
 */
export function findRenames(snapshot: CatalogSnapshot): readonly RenameSuggestion[] {
  return [...groupByConnection(snapshot)]
    .flatMap(([connectionUid, places]) => {
      const connection = snapshot.findConnection(connectionUid);
      if (connection === undefined) return [];
      return pair(places).map(({ gone, present, reason }) => ({
        from: { uid: gone.entry.uid, id: gone.entry.id },
        to: { uid: present.entry.uid, id: present.entry.id },
        connection: { uid: connection.uid, name: connection.name },
        reason,
        goneSince: gone.placement.missingSince ?? "",
        moves: countMoves(snapshot, gone.entry),
        clash: gone.entry.override !== null && present.entry.override !== null,
      }));
    })
    .toSorted((left, right) => (left.from.id + left.to.id < right.from.id + right.to.id ? -1 : 1));
}

function pair(places: readonly Place[]): readonly Pair[] {
  const gone = places.filter(({ entry }) => !isServed(entry));
  const present = places.filter(({ placement }) => placement.missingSince === null);
  const same = gone.flatMap((lost) =>
    present
      .filter(({ placement }) => {
        const { digest } = lost.placement.facts;
        return digest !== undefined && digest === placement.facts.digest;
      })
      .map((found): Pair => ({ gone: lost, present: found, reason: "same_digest" })),
  );
  if (same.length > 0) return same;
  const [lost, ...others] = gone;
  const since = lost?.placement.missingSince ?? "";
  const came = present.filter(({ entry }) => entry.base.firstSeenAt >= since);
  const [found] = came;
  return lost !== undefined && others.length === 0 && found !== undefined && came.length === 1
    ? [{ gone: lost, present: found, reason: "only_candidate" }]
    : [];
}

function groupByConnection(snapshot: CatalogSnapshot): ReadonlyMap<string, Place[]> {
  const places = new Map<string, Place[]>();
  for (const model of contentsOf(snapshot).models.rows) {
    const entry = model?.entry;
    if (entry?.kind !== "base") continue;
    for (const placement of entry.base.placements) {
      const known = places.get(placement.connectionUid);
      if (known === undefined) places.set(placement.connectionUid, [{ entry, placement }]);
      else known.push({ entry, placement });
    }
  }
  return places;
}

function countMoves(snapshot: CatalogSnapshot, { uid, override }: BaseEntry): RenameSuggestion["moves"] {
  const aliases = snapshot.aliases().filter(({ targets }) => targets.some(({ model }) => model?.uid === uid));
  return {
    settings: override !== null,
    models: snapshot.dependantsOf(uid).length,
    aliases: aliases.length,
  };
}
