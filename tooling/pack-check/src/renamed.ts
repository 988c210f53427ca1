import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Renames a word in every declaration below a folder, as the next version of the packages might; its end takes that back. */
export function renamed(folder: string, from: string, to: string): Disposable {
  const changed = new Map<string, string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".d.ts")) continue;
    const file = join(folder, name);
    const text = readFileSync(file, "utf8");
    const next = text.replaceAll(new RegExp(`\\b${from}\\b`, "gu"), to);
    if (next === text) continue;
    changed.set(file, text);
    writeFileSync(file, next);
  }
  return {
    [Symbol.dispose]() {
      for (const [file, text] of changed) writeFileSync(file, text);
    },
  };
}
