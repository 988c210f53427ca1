import type { Terminal } from "./serve.ts";

/** The terminal of this process. */
export const thisTerminal: Terminal = {
  isTerminal: process.stdout.isTTY,
  nodeVersion: process.versions.node,
  print: (text) => void process.stdout.write(text),
  printError: (text) => void process.stderr.write(text),
  fail: () => {
    process.exitCode = 1;
    // Whatever still holds the process must not keep a failed start alive.
    setTimeout(() => process.exit(1), 1_000).unref();
  },
};
