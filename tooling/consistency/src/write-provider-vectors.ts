import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { listMentions, renderVectorTable } from "./provider-vectors.ts";
import { repositoryRoot } from "./repository.ts";

/** Writes `docs/provider-vectors.md` anew. */
writeFileSync(join(repositoryRoot, "docs/provider-vectors.md"), renderVectorTable(listMentions()));
