import { listCallable, type Actor, type Catalog } from "@corral/core";

type CallableList = ReturnType<typeof listCallable>;

/** `GET /v1/models`: what the caller may call, as bytes that are made once for each list. */
export function createModelListing(catalog: Pick<Catalog, "current">) {
  const bodies = new WeakMap<CallableList, Buffer>();

  return {
    /** The whole list. Equal callers share one buffer until the catalog changes. */
    all(actor: Actor): Buffer {
      const list = listCallable(catalog.current(), actor);
      const known = bodies.get(list);
      if (known !== undefined) return known;
      const body = Buffer.from(JSON.stringify({ object: "list", data: list.map(encodeModel) }));
      bodies.set(list, body);
      return body;
    },
    /** One model, by any of its spellings; `undefined` for what the caller may not call. */
    one(actor: Actor, id: string) {
      const snapshot = catalog.current();
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
    object: "model",
    created: Math.floor(Date.parse(model.createdAt) / 1_000),
    owned_by: model.ownedBy,
  };
}
