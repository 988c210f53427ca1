import { spawn } from "node:child_process";

export type CommandOptions = {
  /** `capture` keeps the output for the caller, `stream` passes it to ours as it comes. */
  output: "capture" | "stream";
  deadlineMs: number;
  env?: Record<string, string>;
};

export type CommandResult = { exitCode: number; output: string; timedOut: boolean };

const outputLimit = 200_000;
const graceMs = 10_000;

/** Runs a program to its end. Never rejects: a program that cannot be started is exit code 127. */
export function runCommand(command: string, args: string[], options: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: options.output === "stream" ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...options.env },
    });

    let output = "";
    const keep = (chunk: string): void => {
      output = (output + chunk).slice(-outputLimit);
    };
    child.stdout?.setEncoding("utf8").on("data", keep);
    child.stderr?.setEncoding("utf8").on("data", keep);

    let timedOut = false;
    const deadline = setTimeout(() => {
      timedOut = true;
      child.kill("SIGTERM");
    }, options.deadlineMs);
    const lastResort = setTimeout(() => child.kill("SIGKILL"), options.deadlineMs + graceMs);
    const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
    process.on("SIGTERM", forward).on("SIGINT", forward);

    const end = (exitCode: number): void => {
      clearTimeout(deadline);
      clearTimeout(lastResort);
      process.off("SIGTERM", forward).off("SIGINT", forward);
      resolve({ exitCode, output, timedOut });
    };
    child.once("error", (error) => {
      keep(error.message);
      end(127);
    });
    child.once("close", (exitCode) => end(exitCode ?? 1));
  });
}
