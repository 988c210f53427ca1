import { registerHooks } from "node:module";

/*
 * Preloaded: replaces one text in one module, which both must be there. Takes the end of the module's path, the text and
 * its replacement from the environment.
 */

const { MUTANT_FILE: file = "", MUTANT_FROM: from = "", MUTANT_TO: to = "" } = process.env;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(file) || loaded.source === undefined) return loaded;
    const source =
      typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source);
    if (source.split(from).length !== 2) throw new Error(`"${from}" does not stand once in ${file}.`);
    return { ...loaded, source: source.replace(from, () => to) };
  },
});
