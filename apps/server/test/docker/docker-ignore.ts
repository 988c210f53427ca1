/**
 * Whether a path is kept away from the build, by the rules of `.dockerignore`: the last pattern that names the path or
 * a folder above it decides.
 */
export function createDockerIgnore(source: string): (path: string) => boolean {
  const patterns = source
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({ excludes: !line.startsWith("!"), expression: toExpression(line.replace(/^!/u, "")) }));

  return (path) => {
    const parts = path.split("/");
    const withFolders = parts.map((_, at) => parts.slice(0, at + 1).join("/"));
    const decisive = patterns.findLast(({ expression }) => withFolders.some((name) => expression.test(name)));
    return decisive?.excludes ?? false;
  };
}

function toExpression(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/gu, String.raw`\$&`)
    .replaceAll("**/", "\0")
    .replaceAll("*", "[^/]*")
    .replaceAll("\0", "(?:.*/)?");
  return new RegExp(`^${source}$`, "u");
}
