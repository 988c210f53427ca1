import type { CliHost } from "./cli/cli-host.ts";
import { readEnvironment } from "./env.ts";
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

/** This process, as far as commands concern it. */
export const thisProcess: CliHost = {
  terminal: thisTerminal,
  arguments: process.argv.slice(2),
  environment: readEnvironment(),
  nodeVersion: process.versions.node,
  stdin: process.stdin,
  stdout: {
    isTerminal: process.stdout.isTTY,
    columns: () => process.stdout.columns,
    write: (text) => void process.stdout.write(text),
  },
  stderr: {
    isTerminal: process.stderr.isTTY,
    columns: () => process.stderr.columns,
    write: (text) => void process.stderr.write(text),
  },
  onSignal(listener) {
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
    for (const signal of signals) process.on(signal, listener);
    return () => {
      for (const signal of signals) process.off(signal, listener);
    };
  },
  end(code) {
    process.exitCode = code;
    // Whatever still holds the process must not keep a command that is done.
    setTimeout(() => process.exit(code), 1_000).unref();
  },
  leave: (code) => process.exit(code),
  // a reader that has seen enough, such as `head`, is no failure
  onClosedPipe: (listener) => void process.stdout.on("error", listener),
};
