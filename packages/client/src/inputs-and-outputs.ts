import type { AppRouter } from "@corral/api";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";

/** What procedures take: `CorralInputs["models"]["create"]`. */
export type CorralInputs = inferRouterInputs<AppRouter>;
/** What they answer: `CorralOutputs["models"]["list"]`. */
export type CorralOutputs = inferRouterOutputs<AppRouter>;
