import { spawn } from "node:child_process";

export type ProgramOptions = {
  cwd: string;
  deadlineMs: number;
  /** Called with each line of output, of both streams. */
  onLine?: (line: string) => void;
};

/** How much of the output a failure quotes. */
const tailLines = 20;

/** Runs a program to its end; a failure carries the last lines that it printed. */
export function runProgram(command: string, args: readonly string[], options: ProgramOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: options.deadlineMs,
      killSignal: "SIGKILL",
    });

    const tail: string[] = [];
    const collect = (stream: NodeJS.ReadableStream): void => {
      let rest = "";
      stream.setEncoding("utf8").on("data", (text: string) => {
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          tail.push(line);
          options.onLine?.(line);
        }
        tail.splice(0, tail.length - tailLines);
      });
    };
    collect(child.stdout);
    collect(child.stderr);

    // A build that outlived the run would still write where the next run builds.
    const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
    process.on("SIGTERM", forward).on("SIGINT", forward);

    child.once("error", (error) => {
      process.off("SIGTERM", forward).off("SIGINT", forward);
      reject(error);
    });
    child.once("close", (exitCode, signal) => {
      process.off("SIGTERM", forward).off("SIGINT", forward);
      if (exitCode === 0) return resolve();
      const end =
        signal === null ? `exit code ${exitCode}` : `${signal} (limit ${options.deadlineMs / 1000} s)`;
      reject(new Error(`${[command, ...args].join(" ")}\nended with ${end}:\n${tail.join("\n")}`));
    });
  });
}
