import { enAzure } from "./en/azure.ts";

/** Loads with the screens that need it; a translation is another object of this type. */
export const mAzure: typeof enAzure = enAzure;
