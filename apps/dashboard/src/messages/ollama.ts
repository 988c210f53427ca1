import { enOllama } from "./en/ollama.ts";

/** Loads with the screens that need it; a translation is another object of this type. */
export const mOllama: typeof enOllama = enOllama;
