import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** The programs of `names` that are in no folder of `path`, the value of `PATH`. */
export async function findMissingPrograms(names: readonly string[], path: string): Promise<string[]> {
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  const found = await Promise.all(
    names.map(async (name) => {
      const tries = folders.map((folder) => access(join(folder, name), constants.X_OK));
      return Promise.any(tries).then(
        () => true,
        () => false,
      );
    }),
  );
  return names.filter((_, index) => found[index] === false);
}
