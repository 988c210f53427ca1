import { expect, it } from "vitest";
import { listFiles, readText } from "./repository.ts";

const first = /--disable-proto=delete(?!`)/gu;
const starts =
  /--disable-proto=delete[",\s]+--max-semi-space-size=16[",\s]+--heap-growing-percent=60(?!\d)/gu;
/** Call the command line, which is no server: what it starts is bounded by its shebang. */
const others = new Set(["apps/server/test/support/run-in-terminal.ts"]);

it("starts the server with the same flags everywhere: what is measured and tested is what people run", () => {
  const files = listFiles(/(?:package\.json|Dockerfile|\.ts|\.mjs|running\.md)$/u)
    .filter((file) => !file.startsWith("tooling/consistency/") && !others.has(file))
    .map((file) => ({ file, text: readText(file) }))
    .filter(({ text }) => text.search(first) >= 0);

  const unlike = files.filter(({ text }) => text.match(starts)?.length !== text.match(first)?.length);

  expect(unlike.map(({ file }) => file)).toStrictEqual([]);
  expect(files.map(({ file }) => file)).toEqual(
    expect.arrayContaining(["package.json", "docker/Dockerfile", "docs/running.md"]),
  );
});
