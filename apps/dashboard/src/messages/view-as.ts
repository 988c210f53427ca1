import { enViewAs } from "./en/view-as.ts";

/** Loads with the screens that need it; a translation is another object of this type. */
export const mViewAs: typeof enViewAs = enViewAs;
