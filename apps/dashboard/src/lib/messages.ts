import { en } from "../messages/en.ts";

/** A translation is another object of this type: a missing or misspelled message does not compile. */
export type Messages = typeof en;

/** Every text of the dashboard. Functions, so that numbers and names keep their grammar. */
export const m: Messages = en;
