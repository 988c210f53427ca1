import { enRefusal } from "./en/refusal.ts";

/** Loads with the screens that need it; a translation is another object of this type. */
export const mRefusal: typeof enRefusal = enRefusal;
