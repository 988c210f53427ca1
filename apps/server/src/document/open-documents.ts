import { createDocumentService, type DocumentService } from "@corral/core";
import type { Database } from "@corral/db";
import { createYamlText } from "./yaml-text.ts";

type Ports = Parameters<typeof createDocumentService>[0];

/** Export, plan and apply, with what they stand on here. */
export function openDocuments({
  database,
  ...ports
}: Pick<Ports, "catalog" | "connections" | "secrets"> & { readonly database: Database }): DocumentService {
  return createDocumentService({
    ...ports,
    unitOfWork: database.unitOfWork,
    settings: database.settings,
    now: () => new Date(),
    yaml: createYamlText(),
    findImage: (hash) => database.findImage(hash),
  });
}
