import { router } from "../../trpc.ts";
import { createAlias } from "./create-alias.ts";
import { deleteAlias } from "./delete-alias.ts";
import { getAlias } from "./get-alias.ts";
import { listAliases } from "./list-aliases.ts";
import { updateAlias } from "./update-alias.ts";

export const aliasesRouter = router({
  list: listAliases,
  get: getAlias,
  create: createAlias,
  update: updateAlias,
  delete: deleteAlias,
});
