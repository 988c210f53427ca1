/** Somebody with a session. */
export type Person = { readonly id: string; readonly headers: Readonly<Record<string, string>> };
