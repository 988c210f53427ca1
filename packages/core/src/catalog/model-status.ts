/** One word for how a model is. The order is that of the facet. */
export const modelStatuses = [
  "ready",
  "degraded",
  "loading",
  "unreachable",
  "gone_upstream",
  "base_missing",
  "base_inactive",
  "base_not_shared",
  "shadowed",
  "disabled",
] as const;
export type ModelStatus = (typeof modelStatuses)[number];
