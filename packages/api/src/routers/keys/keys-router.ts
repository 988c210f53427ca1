import { router } from "../../trpc.ts";
import { createKey } from "./create-key.ts";
import { deleteKey } from "./delete-key.ts";
import { getKey } from "./get-key.ts";

export const keysRouter = router({ get: getKey, create: createKey, delete: deleteKey });
