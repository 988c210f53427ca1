import { writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";

export type Bundle = {
  readonly code: string;
  readonly gzipBytes: number;
  /** Every file that something was taken from. */
  readonly modules: readonly string[];
};

/** What a bundler makes of one line in a consumer's project: a library, or (`iife`) what a page is sent, blanks removed too. */
export async function bundle(
  folder: string,
  statement: string,
  format: "es" | "iife" = "es",
): Promise<Bundle> {
  const entry = join(folder, "bundle-entry.js");
  await writeFile(entry, statement);
  const output = await build({
    root: folder,
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      minify: true,
      target: "es2022",
      lib: { entry, formats: [format], name: "bundle", fileName: "bundle" },
    },
  });
  const [result] = Array.isArray(output) ? output : [output];
  if (result === undefined || !("output" in result)) throw new Error("vite made no bundle.");
  const [chunk] = result.output;
  const modules = Object.entries(chunk.modules)
    .filter(([id, { renderedLength }]) => id !== entry && renderedLength > 0)
    .map(([id]) => relative(join(folder, "node_modules"), id));
  return { code: chunk.code, gzipBytes: gzipSync(chunk.code).length, modules };
}
