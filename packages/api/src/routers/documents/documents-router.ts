import { router } from "../../trpc.ts";
import { applyDocument } from "./apply-document.ts";
import { driftOfDocument } from "./drift-of-document.ts";
import { exportDocument } from "./export-document.ts";
import { importDocument } from "./import-document.ts";
import { planDocument } from "./plan-document.ts";

export const documentsRouter = router({
  export: exportDocument,
  plan: planDocument,
  // tRPC keeps the bare word `apply` for itself
  applyChanges: applyDocument,
  drift: driftOfDocument,
  import: importDocument,
});
