export { toTitlePattern } from "./promised-title.ts";
export type { PromisedTest } from "./seed-proof.ts";
export { listSeedTests } from "./seed-rows.ts";
