import { router } from "../../trpc.ts";
import { createScimToken } from "./create-scim-token.ts";
import { deleteScimToken } from "./delete-scim-token.ts";
import { listScimTokens } from "./list-scim-tokens.ts";

export const scimRouter = router({
  tokens: router({ list: listScimTokens, create: createScimToken, delete: deleteScimToken }),
});
