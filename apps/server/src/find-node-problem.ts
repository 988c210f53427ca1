/** The first release of Node 24 without known holes that a server can be attacked by. */
const oldestSafe = [24, 14, 1] as const;

/** What to tell somebody who starts us with a version of Node that is not safe; `undefined` for all later ones. */
export function findNodeProblem(version: string): string | undefined {
  const parts = version.split(".").map(Number);
  const at = oldestSafe.findIndex((oldest, index) => parts[index] !== oldest);
  if (at === -1 || (parts[at] ?? 0) > (oldestSafe[at] ?? 0)) return undefined;
  return `Corral cannot start: Node ${version} has known security holes. Use ${oldestSafe.join(".")} or later; \`pnpm start\` brings its own.`;
}
