import { readFile } from "node:fs/promises";
import { limits } from "@corral/core";
import { CliFailure } from "./cli-context.ts";
import type { CliHost } from "./cli-host.ts";

/** The text of a file, or (`-`) of what is piped in. @throws CliFailure when there is none, or too much. */
export async function readDocumentText({ stdin }: Pick<CliHost, "stdin">, path: string): Promise<string> {
  const text = path === "-" ? await readAll(stdin) : await readNamed(path);
  if (text.length > limits.importBodyBytes) {
    throw new CliFailure(
      "payload_too_large",
      `${path} is larger than 64 MiB.`,
      "Split it into several documents.",
    );
  }
  return text;
}

async function readNamed(path: string): Promise<string> {
  return readFile(path, "utf8").catch((cause: unknown) => {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    throw new CliFailure(
      "unreadable_file",
      `${path} cannot be read (${code}).`,
      "Check the path, or use - to read from a pipe.",
    );
  });
}

async function readAll(stdin: AsyncIterable<Uint8Array | string>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    chunks.push(Buffer.from(chunk));
    bytes += chunk.length;
    if (bytes > limits.importBodyBytes) break;
  }
  return Buffer.concat(chunks).toString("utf8");
}
