import { enHistory } from "./en/history.ts";

/** Loads with the screens that need it; a translation is another object of this type. */
export const mHistory: typeof enHistory = enHistory;
