import { router } from "../../trpc.ts";
import { createUser } from "./create-user.ts";
import { listUsers } from "./list-users.ts";
import { previewUserUpdate } from "./preview-user-update.ts";
import { updateUser } from "./update-user.ts";

export const usersRouter = router({
  list: listUsers,
  create: createUser,
  update: updateUser,
  previewUpdate: previewUserUpdate,
});
