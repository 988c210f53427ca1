import { router } from "../../trpc.ts";
import { compareModelVersions } from "./compare-model-versions.ts";
import { createModel } from "./create-model.ts";
import { deleteModel } from "./delete-model.ts";
import { deprecateModel } from "./deprecate-model.ts";
import { getModel } from "./get-model.ts";
import { listAffected } from "./list-affected.ts";
import { listModelHistory } from "./list-model-history.ts";
import { listModelTags } from "./list-model-tags.ts";
import { listModels } from "./list-models.ts";
import { refreshModels } from "./refresh-models.ts";
import { reinstateModel } from "./reinstate-model.ts";
import { repointModels } from "./repoint-models.ts";
import { restoreModel } from "./restore-model.ts";
import { toggleModel } from "./toggle-model.ts";
import { updateModel } from "./update-model.ts";

export const modelsRouter = router({
  list: listModels,
  get: getModel,
  create: createModel,
  update: updateModel,
  toggle: toggleModel,
  delete: deleteModel,
  history: listModelHistory,
  compare: compareModelVersions,
  restore: restoreModel,
  deprecate: deprecateModel,
  reinstate: reinstateModel,
  affected: listAffected,
  repoint: repointModels,
  tags: listModelTags,
  refresh: refreshModels,
});
