import { router } from "../../trpc.ts";
import { createServiceAccount } from "./create-service-account.ts";
import { createUser } from "./create-user.ts";
import { deleteUser } from "./delete-user.ts";
import { getUser } from "./get-user.ts";
import { listUsers } from "./list-users.ts";
import { previewUserUpdate } from "./preview-user-update.ts";
import { resetUserPassword } from "./reset-user-password.ts";
import { searchUsers } from "./search-users.ts";
import { signOutUser } from "./sign-out-user.ts";
import { updateUser } from "./update-user.ts";

export const usersRouter = router({
  list: listUsers,
  search: searchUsers,
  get: getUser,
  create: createUser,
  createService: createServiceAccount,
  update: updateUser,
  delete: deleteUser,
  signOut: signOutUser,
  resetPassword: resetUserPassword,
  previewUpdate: previewUserUpdate,
});
