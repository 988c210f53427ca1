import { router } from "../../trpc.ts";
import { deleteBaseName } from "./delete-base-name.ts";
import { listBaseNames } from "./list-base-names.ts";
import { saveBaseName } from "./save-base-name.ts";

export const baseNamesRouter = router({
  list: listBaseNames,
  save: saveBaseName,
  delete: deleteBaseName,
});
