import { router } from "../../trpc.ts";
import { createKey } from "./create-key.ts";
import { deleteDefaultKey } from "./delete-default-key.ts";
import { deleteKey } from "./delete-key.ts";
import { getDefaultKey } from "./get-default-key.ts";
import { listKeys } from "./list-keys.ts";
import { replaceDefaultKey } from "./replace-default-key.ts";
import { rollKey } from "./roll-key.ts";
import { updateKey } from "./update-key.ts";

export const keysRouter = router({
  list: listKeys,
  create: createKey,
  update: updateKey,
  roll: rollKey,
  delete: deleteKey,
  getDefault: getDefaultKey,
  replaceDefault: replaceDefaultKey,
  deleteDefault: deleteDefaultKey,
});
