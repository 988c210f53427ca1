import { router } from "../../trpc.ts";
import { explainAccess } from "./explain-access.ts";

export const accessRouter = router({ explain: explainAccess });
