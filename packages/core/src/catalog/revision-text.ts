import type { CatalogRevision } from "./catalog-state.ts";

/** A revision as it stands in answers and in `x-corral-revision`: `<epoch>.<n>`. */
export function revisionText({ epoch, catalog }: Pick<CatalogRevision, "epoch" | "catalog">): string {
  return `${epoch}.${catalog}`;
}

/** `undefined` for what no {@link revisionText} gave. */
export function parseRevisionText(text: string): Pick<CatalogRevision, "epoch" | "catalog"> | undefined {
  const match = /^(?<epoch>.{1,64})\.(?<catalog>\d{1,15})$/su.exec(text);
  const { epoch, catalog } = match?.groups ?? {};
  return epoch === undefined ? undefined : { epoch, catalog: Number(catalog) };
}
