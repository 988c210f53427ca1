import { enModel } from "./en/model.ts";

/** Loads with the screens that need it; a translation is another object of this type. */
export const mModel: typeof enModel = enModel;
