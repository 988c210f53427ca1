import type { CatalogEntry } from "./catalog-snapshot.ts";

/** SHA-256 of the picture that a model shows: its own, else the one that all tags of its name have. */
export function findShownImage(entry: CatalogEntry): string | undefined {
  if (entry.kind === "custom") return entry.record.imageHash;
  const { override, baseName } = entry;
  return override?.imageHash ?? (override?.externalImage === true ? undefined : baseName?.imageHash);
}
