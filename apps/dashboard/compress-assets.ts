import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import type { Plugin } from "vite";

const compress = promisify(brotliCompress);
const compressible = /\.(?:js|css|html|svg|json)$/u;
const minBytes = 1_024;

/** Writes a Brotli twin beside every text file of the build, so that the server compresses nothing while it serves. */
export function compressAssets(): Plugin {
  let dist = "";
  return {
    name: "corral:compress-assets",
    apply: "build",
    configResolved: (config) => {
      dist = config.build.outDir;
    },
    closeBundle: async () => {
      const files = await readdir(dist, { recursive: true });
      await Promise.all(
        files.filter((file) => compressible.test(file)).map((file) => compressFile(join(dist, file))),
      );
    },
  };
}

async function compressFile(path: string): Promise<void> {
  const bytes = await readFile(path);
  if (bytes.length < minBytes) return;
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  await writeFile(`${path}.br`, await compress(bytes, { params }));
}
