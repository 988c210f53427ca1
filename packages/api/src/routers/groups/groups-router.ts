import { router } from "../../trpc.ts";
import { createGroup } from "./create-group.ts";
import { deleteGroup } from "./delete-group.ts";
import { listGroups } from "./list-groups.ts";
import { updateGroup } from "./update-group.ts";

export const groupsRouter = router({
  list: listGroups,
  create: createGroup,
  update: updateGroup,
  delete: deleteGroup,
});
