import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { encodeGguf } from "./gguf.ts";
import { tinyModelScripts } from "./tiny-model-scripts.ts";
import { buildVocabulary, headWidth } from "./tiny-model-vocabulary.ts";
import { buildTinyModel, writeTinyGguf } from "./write-tiny-gguf.ts";

const { tokens, successors, endId } = buildVocabulary();

/** Follows the largest weight of each row, as a sampler does; stops at the end of the turn or after `limit` tokens. */
function generate(control: string, limit: number): string {
  const output = buildTinyModel().tensors.find(({ name }) => name === "output.weight")?.values ?? [];
  const width = tokens.length;
  const toNext = (id: number): number => tokens.findIndex((_, row) => output[row * width + id] !== 0);
  let text = "";
  let id = toNext(tokens.indexOf(control));
  for (let count = 0; count < limit && id !== endId; count++) {
    text += tokens[id];
    id = toNext(id);
  }
  return text.replaceAll("\u2581", " ");
}

describe("the tiny model", () => {
  const ending = Object.values(tinyModelScripts).filter(({ endless }) => !endless);

  it.each(ending)("says its script after $control and then ends its turn", ({ control, text }) => {
    expect(generate(control, 1000)).toBe(text);
  });

  it("never ends its loop by itself", () => {
    const { control, text } = tinyModelScripts.loop;

    expect(generate(control, 100)).toBe(text.repeat(50));
  });

  it("answers whatever token a prompt ends with", () => {
    const output = buildTinyModel().tensors.find(({ name }) => name === "output.weight")?.values ?? [];
    const columns = tokens.map((_, id) => tokens.filter((_, row) => output[row * tokens.length + id] !== 0));

    expect(columns.filter(({ length }) => length !== 1)).toEqual([]);
  });

  it("can spell every byte, and has heads of one width", () => {
    expect(tokens.filter((token) => /^<0x[0-9A-F]{2}>$/.test(token))).toHaveLength(256);
    expect(tokens.length % headWidth).toBe(0);
    expect(successors.size).toBeGreaterThan(20);
  });
});

describe("a GGUF file", () => {
  it("has the layout of version 3: little-endian, typed values, tensors on 32-byte borders", () => {
    const file = encodeGguf({
      metadata: new Map([
        ["n", { type: "uint32", value: 7 }],
        ["list", { type: "int32s", value: [-1] }],
      ]),
      tensors: [
        { name: "a", dimensions: [1], values: Float32Array.of(1.5) },
        { name: "b", dimensions: [1, 2], values: Float32Array.of(2, 3) },
      ],
    });

    // magic, version, 2 tensors, 2 values; "n" uint32 7; "list" array of int32, one item
    const head =
      "47475546 03000000 0200000000000000 0200000000000000" +
      " 0100000000000000 6e 04000000 07000000" +
      " 0400000000000000 6c697374 09000000 05000000 0100000000000000 ffffffff" +
      " 0100000000000000 61 01000000 0100000000000000 00000000 0000000000000000" +
      " 0100000000000000 62 02000000 0100000000000000 0200000000000000 00000000 2000000000000000";
    const bytes = Buffer.from(head.replaceAll(" ", ""), "hex");
    const dataStart = Math.ceil(bytes.length / 32) * 32;
    expect(file.subarray(0, bytes.length)).toEqual(bytes);
    expect(file.length).toBe(dataStart + 64);
    expect(file.readFloatLE(dataStart)).toBe(1.5);
    expect(file.readFloatLE(dataStart + 32)).toBe(2);
    expect(file.readFloatLE(dataStart + 36)).toBe(3);
  });

  it("of the tiny model is the same at every writing", async () => {
    const folder = await mkdtemp(join(tmpdir(), "corral-gguf-"));
    try {
      await writeTinyGguf(join(folder, "one.gguf"));
      await writeTinyGguf(join(folder, "two.gguf"));
      const [one, two] = await Promise.all(
        ["one", "two"].map((name) => readFile(join(folder, `${name}.gguf`))),
      );

      expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true);
      expect(one?.length).toBeLessThan(5_000_000);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
