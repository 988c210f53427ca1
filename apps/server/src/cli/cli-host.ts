import type { EnvSource } from "../env.ts";
import type { Terminal } from "../serve.ts";

/** One of the two streams that a command writes to. */
export type CliOutput = {
  readonly isTerminal: boolean;
  /** `undefined` where it is none of a terminal's. */
  readonly columns: () => number | undefined;
  readonly write: (text: string) => void;
};

/** The process that a command runs in. */
export type CliHost = {
  /** For the server itself. */
  readonly terminal: Terminal;
  readonly arguments: readonly string[];
  readonly environment: EnvSource;
  readonly nodeVersion: string;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: CliOutput;
  readonly stderr: CliOutput;
  /** @returns What takes the listener away. */
  readonly onSignal: (listener: (signal: "SIGINT" | "SIGTERM" | "SIGHUP") => void) => () => void;
  /** Ends with this code as soon as nothing is left to do. */
  readonly end: (code: number) => void;
  /** Ends now. */
  readonly leave: (code: number) => void;
  readonly onClosedPipe: (listener: () => void) => void;
};
