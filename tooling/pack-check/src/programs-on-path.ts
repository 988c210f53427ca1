import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Every place of a program on the path, first one first. */
function findAll(program: string): string[] {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return [...new Set(folders)].map((folder) => join(folder, program)).filter((file) => existsSync(file));
}

/** What the check runs besides Node; pnpm is on the path of every pnpm script. */
export function findMissingPrograms(): string[] {
  return ["pnpm", "npm"].filter((program) => findAll(program).length === 0);
}

/** A Node of this major version that the machine has besides the one of this workspace. */
export function findNode(major: number): string | undefined {
  return findAll("node").find((file) => {
    try {
      return execFileSync(file, ["--version"], { encoding: "utf8" }).startsWith(`v${major}.`);
    } catch {
      return false;
    }
  });
}
