export { assertPolicy, type ProcedurePolicy } from "./assert-policy.ts";
export type { ApiContext, ApiServices } from "./context.ts";
export { errorCodeOf, formatError, type ApiErrorData } from "./format-error.ts";
export { largeCalls, loneCalls } from "./lone-calls.ts";
export { appRouter, type AppRouter } from "./router.ts";
export type { ChatEvent } from "./routers/chat/chat-schemas.ts";
export { toIssues } from "./to-issues.ts";
export { createCallerFactory, maxBatchSize, type ProcedureMeta } from "./trpc.ts";
export { withoutUndefined } from "./without-undefined.ts";
