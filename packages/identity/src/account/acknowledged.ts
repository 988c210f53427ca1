import type { Catalog } from "@corral/core";
import { type IdentityDatabase, readLastChange } from "../database/identity-database.ts";
import { withIdentityErrors } from "../database/to-identity-error.ts";

/** Runs a write, and returns when no process lets anybody in by the state before it. */
export async function acknowledged<T>(
  on: { readonly database: IdentityDatabase; readonly catalog: Pick<Catalog, "acknowledge"> },
  write: () => Promise<T>,
): Promise<T> {
  return withIdentityErrors(async () => {
    const value = await write();
    await on.catalog.acknowledge(await readLastChange(on.database));
    return value;
  });
}
