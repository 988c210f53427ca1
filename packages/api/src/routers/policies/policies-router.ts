import { router } from "../../trpc.ts";
import { applyPolicy } from "./apply-policy.ts";
import { createPolicy } from "./create-policy.ts";
import { deletePolicy } from "./delete-policy.ts";
import { listPolicies } from "./list-policies.ts";
import { previewPolicy } from "./preview-policy.ts";
import { reorderPolicies } from "./reorder-policies.ts";
import { updatePolicy } from "./update-policy.ts";

export const policiesRouter = router({
  list: listPolicies,
  create: createPolicy,
  update: updatePolicy,
  delete: deletePolicy,
  reorder: reorderPolicies,
  preview: previewPolicy,
  applyTo: applyPolicy,
});
