import { execFile } from "node:child_process";

export type ProgramOptions = {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly deadlineMs?: number;
};

/**
 * Runs a program to its end.
 *
 * @returns What it wrote to its standard output.
 * @throws Error with everything that it wrote, when it fails or does not end in time
 */
export function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env, deadlineMs = 120_000 }: ProgramOptions,
): Promise<string> {
  const options = {
    cwd,
    env: { ...process.env, NO_COLOR: "1", ...env },
    timeout: deadlineMs,
    maxBuffer: 64_000_000,
  };
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${program} ${args.join(" ")}\n${error.message}\n${stdout}\n${stderr}`));
    });
  });
}
