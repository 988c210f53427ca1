import { describe, expect, test } from "vitest";
import { readModelInfo, readModels, readRunningModels } from "./read-models.ts";
import { readParameterText } from "./read-parameter-text.ts";

describe("entries of a server's lists", () => {
  test("an old server's entry has little, and is read all the same", () => {
    expect(readModels([{ name: "m:latest", size: 5, digest: `sha256:${"a".repeat(64)}` }])).toEqual([
      {
        name: "m:latest",
        digest: "a".repeat(64),
        format: null,
        family: null,
        families: [],
        parameterSize: null,
        quantization: null,
        parentModel: null,
        sizeBytes: 5,
        modifiedAt: null,
        contextLength: null,
        embeddingLength: null,
        capabilities: null,
        remote: null,
      },
    ]);
  });

  test("what has no name is left out, what has wrong types is unknown, what is new is ignored", () => {
    const entries = [
      null,
      "m",
      { size: 1 },
      { name: "", model: "" },
      {
        model: "m",
        size: "many",
        modified_at: "yesterday",
        details: { families: null, family: 7 },
        capabilities: ["tools", 7, "telepathy"],
        x_new: {},
      },
    ];

    expect(readModels(entries)).toMatchObject([
      {
        name: "m",
        sizeBytes: 0,
        modifiedAt: null,
        families: [],
        family: null,
        capabilities: ["tools", "telepathy"],
      },
    ]);
  });

  test("[vector 45] a date some 292 years ahead is never, any other is a date", () => {
    const now = Date.parse("2026-11-23T10:00:00Z");
    const entry = (expires_at: string) => ({ name: "m", size: 8, size_vram: 2, expires_at });

    const read = readRunningModels(
      [
        entry("2318-12-26T09:47:17.854775807Z"),
        entry("2026-11-23T12:05:00.123456789+02:00"),
        entry("2026-11-22T10:00:00Z"),
      ],
      now,
    );

    expect(read.map(({ expiresAt }) => expiresAt)).toEqual([
      null,
      "2026-11-23T10:05:00.123Z",
      "2026-11-22T10:00:00.000Z",
    ]);
    expect(read[0]).toMatchObject({ sizeBytes: 8, vramBytes: 2, vramShare: 0.25, contextLength: null });
  });

  test("a share of graphics memory is between 0 and 1 whatever the server says", () => {
    const read = readRunningModels([
      { name: "a" },
      { name: "b", size: 0, size_vram: 5 },
      { name: "c", size: 4, size_vram: 5 },
    ]);

    expect(read.map(({ vramShare }) => vramShare)).toEqual([0, 0, 1]);
  });

  test("before 0.6.4 capabilities are read off the template", () => {
    expect(readModelInfo({ template: "{{ .Tools }}" }, "m").capabilities).toEqual(["completion", "tools"]);
  });
});

describe("the parameters of a model", () => {
  test("are typed, lists are lists, and text is what Go quoted", () => {
    const text = [
      `${"temperature".padEnd(30)} 0.7`,
      `${"num_ctx".padEnd(30)} 4096`,
      `${"top_p".padEnd(30)} 1e-05`,
      `${"use_mmap".padEnd(30)} false`,
      `${"stop".padEnd(30)} "<|im_end|>"`,
      `${"stop".padEnd(30)} "a \\"b\\"\\n\\u00e9\\U0001f600\\x41"`,
      `${"odd".padEnd(30)} unquoted words`,
      "",
      "lonely",
    ].join("\n");

    expect(readParameterText(text)).toEqual({
      temperature: 0.7,
      num_ctx: 4096,
      top_p: 0.00001,
      use_mmap: false,
      stop: ["<|im_end|>", 'a "b"\né😀A'],
      odd: "unquoted words",
    });
  });

  test("one stop is a list too, and a hostile name is a name", () => {
    const read = readParameterText('stop "x"\n__proto__ "y"');

    expect(read["stop"]).toEqual(["x"]);
    expect(Object.keys(read)).toEqual(["stop", "__proto__"]);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });
});
