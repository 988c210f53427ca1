import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../bin/corral.mjs", import.meta.url));
/** Compiled once for all the calls: half of what a call costs. */
const NODE_COMPILE_CACHE = fileURLToPath(new URL("../../node_modules/.cache/compile/", import.meta.url));

/** What a command wrote, and how it ended. */
export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };
type Environment = Readonly<Record<string, string>>;

/** A command as a script calls it. */
export async function runCommand(
  args: readonly string[],
  environment: Environment,
  input = "",
): Promise<Ended> {
  const child = spawn(process.execPath, ["--disable-proto=delete", bin, ...args], {
    env: { PATH: "/usr/bin:/bin", NODE_COMPILE_CACHE, ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  child.stdin.end(input);
  await once(child, "close");
  return { code: child.exitCode, stdout: stdout(), stderr: stderr() };
}

/** A command in a pseudo-terminal of `script` (util-linux), which both its streams are. */
export interface TerminalRun extends AsyncDisposable {
  /** Everything that was drawn so far. */
  output(): string;
  /** Resolves when the output matches. */
  drawn(pattern: RegExp): Promise<void>;
  /** Types Ctrl-C. */
  interrupt(): void;
  readonly exited: Promise<number | null>;
}

export function runInTerminal(args: readonly string[], environment: Environment, columns = 80): TerminalRun {
  const quoted = [process.execPath, "--disable-proto=delete", bin, ...args]
    .map((word) => `'${word}'`)
    .join(" ");
  const command = `stty cols ${columns} rows 40; exec ${quoted}`;
  // its own input stays open, so that what is typed reaches the command
  const child = spawn("script", ["--quiet", "--return", "--flush", "--command", command, "/dev/null"], {
    env: {
      PATH: "/usr/bin:/bin",
      TERM: "xterm-256color",
      SHELL: "/bin/sh",
      NODE_COMPILE_CACHE,
      ...environment,
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const listeners = new Set<() => void>();
  const output = collect(child.stdout, () => {
    for (const listener of listeners) listener();
  });
  const exited = once(child, "close").then(() => child.exitCode);
  return {
    output,
    exited,
    async drawn(pattern) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const look = () => {
        if (pattern.test(output())) resolve();
      };
      listeners.add(look);
      look();
      void exited.then((code) => reject(new Error(`Ended with ${code} before ${pattern}:\n${output()}`)));
      await promise.finally(() => listeners.delete(look));
    },
    interrupt: () => void child.stdin.write("\u0003"),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

function collect(stream: NodeJS.ReadableStream, onData: () => void = () => undefined): () => string {
  let text = "";
  stream.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    onData();
  });
  return () => text;
}
