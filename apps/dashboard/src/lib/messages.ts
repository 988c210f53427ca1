import { en } from "../messages/en.ts";

/** A translation is another object of this type: a missing or misspelled message does not compile. */
export type Messages = typeof en;

/** The texts of the shell, and of what several screens share; `src/messages` has those of single areas. Functions, so that numbers and names keep their grammar. */
export const m: Messages = en;
