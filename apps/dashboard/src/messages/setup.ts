import { enSetup } from "./en/setup.ts";

/** Loads with the screens that need it; a translation is another object of this type. */
export const mSetup: typeof enSetup = enSetup;
