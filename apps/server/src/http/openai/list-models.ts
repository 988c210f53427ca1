import { listCallable, type Actor, type CatalogSnapshot } from "@corral/core";

type CallableList = ReturnType<typeof listCallable>;

/** `GET /v1/models`: what the caller may call, as bytes that are made once for each list. */
export function createModelListing() {
  const bodies = new WeakMap<CallableList, Buffer>();

  return {
    /** The whole list. Equal callers share one buffer until the catalog changes. */
    all(snapshot: CatalogSnapshot, actor: Actor): Buffer {
      const list = listCallable(snapshot, actor);
      const known = bodies.get(list);
      if (known !== undefined) return known;
      const body = Buffer.from(JSON.stringify({ object: "list", data: list.map(encodeModel) }));
      bodies.set(list, body);
      return body;
    },
    /** One model, by any of its spellings; `undefined` for what the caller may not call. */
    one(snapshot: CatalogSnapshot, actor: Actor, id: string) {
      const entry = snapshot.findByName(id);
      const alias = snapshot.findAlias(id);
      if (entry !== undefined && !snapshot.resolve(actor, entry).ok) return undefined;
      const name = entry?.id ?? alias?.id;
      const listed = listCallable(snapshot, actor).find((model) => model.id === name);
      return listed && encodeModel(listed);
    },
  };
}

function encodeModel(model: CallableList[number]) {
  return {
    id: model.id,
    object: "model" as const,
    created: Math.floor(Date.parse(model.createdAt) / 1_000),
    owned_by: model.ownedBy,
  };
}
