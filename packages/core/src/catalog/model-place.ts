import type { CatalogContents } from "./catalog-contents.ts";

/** Where administrators put a model. */
export type ModelPlace = {
  readonly isDefault: boolean;
  readonly pinned: boolean;
  /** From 0; `null` for one without a place in the order. */
  readonly order: number | null;
};

/** `undefined` for most models: nobody put them anywhere. */
export function placeOf({ answers, settings }: CatalogContents, uid: string): ModelPlace | undefined {
  answers.presented ??= toPlaces(settings.presentation);
  return answers.presented.get(uid);
}

function toPlaces({
  defaultUid,
  pinnedUids,
  orderUids,
}: CatalogContents["settings"]["presentation"]): ReadonlyMap<string, ModelPlace> {
  const orders = new Map(orderUids.map((uid, at) => [uid, at]));
  const pinned = new Set(pinnedUids);
  const uids = new Set([...orderUids, ...pinnedUids, ...(defaultUid === null ? [] : [defaultUid])]);
  return new Map(
    Array.from(uids, (uid) => [
      uid,
      { isDefault: uid === defaultUid, pinned: pinned.has(uid), order: orders.get(uid) ?? null },
    ]),
  );
}
