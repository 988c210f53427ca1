export {
  compareVersionsSchema,
  modelHistoryQuerySchema,
  modelHistorySchema,
  versionDifferenceSchema,
  type ModelHistory,
} from "./model-history.ts";
export {
  createPinService,
  removePinSchema,
  revisionPinSchema,
  setPinSchema,
  type PinService,
} from "./model-pins.ts";
export type { PinnedConfig, PinRepository, RevisionPin } from "./pin-repository.ts";
export type { CatalogPin, PinTarget } from "./revision-pin.ts";
export type { ModelDefinition } from "./list-definitions.ts";
export { cloneModelSchema } from "./clone-model.ts";
export { deleteAllModelsSchema } from "./delete-all-models.ts";
export { takeOverBaseSchema } from "./take-over-base.ts";
export { toggleModelSchema } from "./toggle-model.ts";
export {
  findImageFormat,
  modelImagePath,
  portraitSchema,
  toImageUrl,
  type ImageFormat,
} from "./profile-image.ts";
export { restoreModelSchema } from "./restore-model.ts";
export type { ModelVersion } from "./model-version.ts";
