import { router } from "../../trpc.ts";
import { forgetName } from "./forget-name.ts";
import { listNames } from "./list-names.ts";
import { moveName } from "./move-name.ts";

export const namesRouter = router({
  list: listNames,
  move: moveName,
  forget: forgetName,
});
