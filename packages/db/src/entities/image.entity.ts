import { defineEntity, p } from "@mikro-orm/postgresql";

/** A picture of a model, kept once whoever uses it. */
export const ImageEntity = defineEntity({
  name: "Image",
  tableName: "images",
  properties: {
    /** SHA-256 of the bytes, in hex. */
    hash: p.text().primary(),
    mime: p.text(),
    bytes: p.blob(),
    /** Renewed with each use, so that cleaning up never races with a new one. */
    usedAt: p.datetime(3).defaultRaw("now()"),
  },
});
