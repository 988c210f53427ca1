import { router } from "../../trpc.ts";
import { cloneModel } from "./clone-model.ts";
import { bulkModels } from "./bulk-models.ts";
import { compareModelVersions } from "./compare-model-versions.ts";
import { createModel } from "./create-model.ts";
import { deleteAllModels } from "./delete-all-models.ts";
import { deleteModel } from "./delete-model.ts";
import { deprecateModel } from "./deprecate-model.ts";
import { getModel } from "./get-model.ts";
import { listDependents } from "./list-dependents.ts";
import { getPresentation } from "./get-presentation.ts";
import { listAffected } from "./list-affected.ts";
import { listModelHistory } from "./list-model-history.ts";
import { listModelPins } from "./list-model-pins.ts";
import { listModelTags } from "./list-model-tags.ts";
import { listModels } from "./list-models.ts";
import { listParams } from "./list-params.ts";
import { previewBase } from "./preview-base.ts";
import { previewCall } from "./preview-call.ts";
import { previewUpdate } from "./preview-update.ts";
import { listRenames } from "./list-renames.ts";
import { refreshModels } from "./refresh-models.ts";
import { renameModel } from "./rename-model.ts";
import { reinstateModel } from "./reinstate-model.ts";
import { repointModels } from "./repoint-models.ts";
import { removeModelPin } from "./remove-model-pin.ts";
import { restoreModel } from "./restore-model.ts";
import { takeOverBase } from "./take-over-base.ts";
import { setModelPin } from "./set-model-pin.ts";
import { toggleModel } from "./toggle-model.ts";
import { undoModel } from "./undo-model.ts";
import { updatePresentation } from "./update-presentation.ts";
import { updateModel } from "./update-model.ts";

export const modelsRouter = router({
  list: listModels,
  get: getModel,
  create: createModel,
  clone: cloneModel,
  update: updateModel,
  toggle: toggleModel,
  takeOver: takeOverBase,
  delete: deleteModel,
  deleteAll: deleteAllModels,
  dependents: listDependents,
  preview: previewCall,
  previewBase,
  previewUpdate,
  history: listModelHistory,
  compare: compareModelVersions,
  restore: restoreModel,
  deprecate: deprecateModel,
  reinstate: reinstateModel,
  affected: listAffected,
  repoint: repointModels,
  bulk: bulkModels,
  undo: undoModel,
  pins: router({ list: listModelPins, set: setModelPin, remove: removeModelPin }),
  tags: listModelTags,
  params: listParams,
  renames: listRenames,
  presentation: getPresentation,
  updatePresentation,
  rename: renameModel,
  refresh: refreshModels,
});
