import { router } from "../../trpc.ts";
import { effectiveAccess } from "./effective-access.ts";
import { explainAccess } from "./explain-access.ts";
import { viewModel } from "./view-model.ts";
import { viewModels } from "./view-models.ts";

export const accessRouter = router({
  explain: explainAccess,
  effective: effectiveAccess,
  viewModels,
  viewModel,
});
