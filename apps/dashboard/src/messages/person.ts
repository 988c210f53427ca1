import { enPerson } from "./en/person.ts";

/** Loads with the screens that need it; a translation is another object of this type. */
export const mPerson: typeof enPerson = enPerson;
