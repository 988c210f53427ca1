import { router } from "../../trpc.ts";
import { createModel } from "./create-model.ts";
import { deleteModel } from "./delete-model.ts";
import { getModel } from "./get-model.ts";
import { listModelTags } from "./list-model-tags.ts";
import { listModels } from "./list-models.ts";
import { refreshModels } from "./refresh-models.ts";
import { toggleModel } from "./toggle-model.ts";
import { updateModel } from "./update-model.ts";

export const modelsRouter = router({
  list: listModels,
  get: getModel,
  create: createModel,
  update: updateModel,
  toggle: toggleModel,
  delete: deleteModel,
  tags: listModelTags,
  refresh: refreshModels,
});
