import { expect, it } from "vitest";
import { listFiles, readText } from "./repository.ts";

const first = "--disable-proto=delete";
const starts = /--disable-proto=delete[", ]+--max-semi-space-size=8/gu;
/** Call the command line, which is no server: what it starts is bounded by its shebang. */
const others = new Set(["apps/server/test/support/run-in-terminal.ts"]);

it("starts the server with the same flags everywhere: what is measured and tested is what people run", () => {
  const files = listFiles(/(?:package\.json|Dockerfile|\.ts|\.mjs|running\.md)$/u).filter(
    (file) => !file.startsWith("tooling/consistency/") && !others.has(file) && readText(file).includes(first),
  );

  const unlike = files.filter((file) => {
    const starting = readText(file)
      .split("\n")
      .filter((line) => line.includes(first) && !line.startsWith("`"));
    return starting.some((line) => line.match(starts)?.length !== line.split(first).length - 1);
  });

  expect(unlike).toStrictEqual([]);
  expect(files).toEqual(expect.arrayContaining(["package.json", "docker/Dockerfile", "docs/running.md"]));
});
