import { readFile } from "node:fs/promises";

/** Of this Corral, as its manifest says. */
export async function readVersion(): Promise<string> {
  const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
  // safe: our own manifest, whose shape a test holds
  return (JSON.parse(text) as { version: string }).version;
}
