import type { CliHost } from "../../src/cli/cli-host.ts";

const silent = { isTerminal: false, columns: () => 80, write: () => undefined };

/** A process without arguments, input or anybody who reads. */
export const quietHost: CliHost = {
  terminal: {
    isTerminal: false,
    nodeVersion: "",
    print: () => undefined,
    printError: () => undefined,
    fail: () => undefined,
  },
  arguments: [],
  environment: {},
  stdin: (async function* () {})(),
  stdout: silent,
  stderr: silent,
  onSignal: () => () => undefined,
  end: () => undefined,
  leave: () => undefined,
  onClosedPipe: () => undefined,
};

export const quietOptions = {
  version: "0.1.0",
  signal: new AbortController().signal,
  exitWith: () => undefined,
  handOver: () => undefined,
};
