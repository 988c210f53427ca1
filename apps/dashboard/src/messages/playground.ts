import { enPlayground } from "./en/playground.ts";

/** Loads with the screens that need it; a translation is another object of this type. */
export const mPlayground: typeof enPlayground = enPlayground;
