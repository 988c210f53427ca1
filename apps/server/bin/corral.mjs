#!/usr/bin/env -S UV_THREADPOOL_SIZE=8 node --disable-proto=delete --max-semi-space-size=16 --heap-growing-percent=60
// Plain JavaScript, so that any Node can read it and say which one is needed.
const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 24) {
  process.stderr.write(
    `corral needs Node 24, and this is ${process.version}. Call it as \`pnpm corral\` in the project, which brings its own.\n`,
  );
  process.exit(1);
}
const { runCli } = await import("../src/cli/run-cli.ts");
const { thisProcess } = await import("../src/this-terminal.ts");
await runCli(thisProcess);
