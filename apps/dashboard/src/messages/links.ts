import { enLinks } from "./en/links.ts";

/** Loads with the screens that need it; a translation is another object of this type. */
export const mLinks: typeof enLinks = enLinks;
