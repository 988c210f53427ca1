import { enAccount } from "./en/account.ts";

/** Loads with the screens that need it; a translation is another object of this type. */
export const mAccount: typeof enAccount = enAccount;
