import { router } from "../../trpc.ts";
import { cancelPull } from "./cancel-pull.ts";
import { copyOllamaModel } from "./copy-ollama-model.ts";
import { createOllamaModel } from "./create-ollama-model.ts";
import { deleteOllamaModel } from "./delete-ollama-model.ts";
import { getOllamaVersion } from "./get-ollama-version.ts";
import { listOllamaServers } from "./list-ollama-servers.ts";
import { listOllamaTags } from "./list-ollama-tags.ts";
import { listPulls } from "./list-pulls.ts";
import { listRunningModels } from "./list-running-models.ts";
import { loadOllamaModel } from "./load-ollama-model.ts";
import { pushOllamaModel } from "./push-ollama-model.ts";
import { showOllamaModel } from "./show-ollama-model.ts";
import { startPull } from "./start-pull.ts";
import { unloadOllamaModel } from "./unload-ollama-model.ts";
import { watchPull } from "./watch-pull.ts";

export const ollamaRouter = router({
  servers: listOllamaServers,
  version: getOllamaVersion,
  tags: listOllamaTags,
  running: listRunningModels,
  show: showOllamaModel,
  load: loadOllamaModel,
  unload: unloadOllamaModel,
  copy: copyOllamaModel,
  delete: deleteOllamaModel,
  push: pushOllamaModel,
  create: createOllamaModel,
  pull: startPull,
  pulls: listPulls,
  watchPull,
  cancelPull,
});
