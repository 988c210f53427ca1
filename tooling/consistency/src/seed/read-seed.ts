import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The document that the project was begun from, kept here for clones that have nothing beside them. */
export function readSeed(): string {
  return readFileSync(join(import.meta.dirname, "seed-document.txt"), "utf8");
}
