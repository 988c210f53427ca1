import type { PlopTypes } from "@turbo/gen";
import { entityGenerator } from "./entity-generator.ts";
import { procedureGenerator } from "./procedure-generator.ts";
import { providerGenerator } from "./provider-generator.ts";

// oxlint-disable-next-line import/no-default-export -- turbo loads the default export
export default function registerGenerators(plop: PlopTypes.NodePlopAPI): void {
  plop.setGenerator("provider", providerGenerator);
  plop.setGenerator("procedure", procedureGenerator);
  plop.setGenerator("entity", entityGenerator);
}
