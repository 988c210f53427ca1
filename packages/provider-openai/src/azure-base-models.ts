import type { ModelFacts } from "@corral/core";
import type { AzureDeployment } from "./azure-settings.ts";

/** More than a resource can have. */
const maxLearned = 1_000;

/** Which base model stands behind a deployment, whose name says nothing of it. */
export type BaseModels = {
  /** What was said by hand, else by the last answer, else by the list of deployments. */
  find(deployment: string, facts: ModelFacts | undefined): string | undefined;
  /** Keeps the model that an answer names. */
  learn(deployment: string, model: string): void;
};

export function createBaseModels(deployments: readonly AzureDeployment[]): BaseModels {
  const said = new Map(deployments.map(({ name, model }) => [name, model]));
  const learned = new Map<string, string>();
  return {
    find: (deployment, facts) => said.get(deployment) ?? learned.get(deployment) ?? facts?.family,
    learn(deployment, model) {
      if (!learned.has(deployment) && learned.size >= maxLearned) learned.clear();
      learned.set(deployment, model);
    },
  };
}
