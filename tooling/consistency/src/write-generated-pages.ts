import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { listGeneratedPages } from "./generated-pages.ts";
import { repositoryRoot } from "./repository.ts";

for (const { page, text } of listGeneratedPages()) writeFileSync(join(repositoryRoot, page), text);
