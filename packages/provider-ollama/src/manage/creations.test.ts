import { createHash } from "node:crypto";
import type { OllamaCreateRequest, OllamaProgress } from "@corral/core";
import { describe, expect, test } from "vitest";
import { startManagedOllama, type ManagedOllama } from "./__fixtures__/start-managed-ollama.ts";

const options = { signal: new AbortController().signal };
const digestOf = (content: string) => `sha256:${createHash("sha256").update(content).digest("hex")}`;
const bytesOf = (content: string) => new TextEncoder().encode(content);
const weights = "GGUF and a few weights";

async function create({ ollama }: ManagedOllama, request: OllamaCreateRequest): Promise<OllamaProgress[]> {
  const events: OllamaProgress[] = [];
  for await (const event of ollama.create(request, options)) events.push(event);
  return events;
}

describe("creating", () => {
  test("derives a model, pulling its base where that is missing", async () => {
    await using managed = await startManagedOllama();

    const events = await create(managed, {
      model: "Mario",
      from: "tinyllama",
      system: "You are Mario.",
      license: ["MIT", "none"],
      parameters: { temperature: 0.1, stop: ["bye"] },
      messages: [{ role: "user", content: "Hi" }],
    });
    const info = await managed.ollama.show("mario", options);

    expect(managed.server.journal.of("/api/create")[0]?.body).toEqual({
      model: "Mario:latest",
      from: "tinyllama:latest",
      system: "You are Mario.",
      license: ["MIT", "none"],
      parameters: { temperature: 0.1, stop: ["bye"] },
      messages: [{ role: "user", content: "Hi" }],
      stream: true,
    });
    expect(events.map(({ phase }) => phase)).toContain("transferring");
    expect(events.at(-1)).toMatchObject({ phase: "done", percent: 100 });
    expect(info).toMatchObject({
      system: "You are Mario.",
      license: "MIT\nnone",
      parameters: { temperature: 0.1, stop: ["bye"] },
      messages: [{ role: "user", content: "Hi" }],
      parentModel: "tinyllama:latest",
    });
  });

  test("[vector 43] imports a file by its blob, converting it on the way", async () => {
    await using managed = await startManagedOllama();
    const { ollama } = managed;
    const digest = digestOf(weights);

    const before = await ollama.hasBlob(digest, options);
    const first = await ollama.uploadBlob({ digest, bytes: bytesOf(weights) }, options);
    const again = await ollama.uploadBlob({ digest, bytes: bytesOf(weights) }, options);
    const after = await ollama.hasBlob(digest, options);
    const events = await create(managed, {
      model: "mine",
      files: { "m.gguf": digest },
      quantize: "q4_K_M",
    });

    expect([before, first, again, after]).toEqual([false, { created: true }, { created: false }, true]);
    expect(events.map(({ phase }) => phase)).toContain("converting");
    expect((await ollama.tags(options)).find(({ name }) => name === "mine:latest")?.quantization).toBe(
      "Q4_K_M",
    );
  });

  test("sends a draft model to a server that knows what it is", async () => {
    await using managed = await startManagedOllama();
    const digest = digestOf(weights);
    await managed.ollama.uploadBlob({ digest, bytes: bytesOf(weights) }, options);
    const files = { "m.gguf": digest };
    const request = { model: "mine", files, draftFiles: { "d.gguf": digest }, draftQuantize: "q8_0" };

    await create(managed, request);
    await using older = await startManagedOllama({ version: "0.29.9" });

    expect(managed.server.journal.of("/api/create")[0]?.body).toEqual({
      model: "mine:latest",
      files,
      draft_files: { "d.gguf": digest },
      draft_quantize: "q8_0",
      stream: true,
    });
    await expect(create(older, request)).rejects.toThrow("This needs Ollama 0.30.0 or later");
  });

  test("uploads a file piece by piece", async () => {
    await using managed = await startManagedOllama();
    async function* pieces() {
      for (const piece of ["GGUF", " and", " more"]) yield bytesOf(piece);
    }

    const answer = await managed.ollama.uploadBlob(
      { digest: digestOf("GGUF and more"), bytes: pieces() },
      options,
    );

    expect(answer).toEqual({ created: true });
    expect(managed.server.journal.entries()).toMatchObject([
      { method: "POST", headers: { "content-type": "application/octet-stream" } },
    ]);
  });

  test("[vector 43] refuses bytes that do not have the digest, and makes nothing of what is no model", async () => {
    await using managed = await startManagedOllama();
    const { ollama } = managed;
    const digest = digestOf("no model at all");
    await ollama.uploadBlob({ digest, bytes: bytesOf("no model at all") }, options);

    await expect(
      ollama.uploadBlob({ digest: digestOf(weights), bytes: bytesOf("other") }, options),
    ).rejects.toMatchObject({ code: "upstream_rejected", details: { upstreamStatus: 400 } });
    await expect(create(managed, { model: "mine", files: { "m.gguf": digest } })).rejects.toMatchObject({
      code: "upstream_rejected",
      details: { upstreamMessage: "invalid file magic" },
    });
    await expect(
      create(managed, { model: "mine", files: { "m.gguf": digestOf(weights) } }),
    ).rejects.toMatchObject({ code: "upstream_rejected" });
    expect((await ollama.tags(options)).map(({ name }) => name)).not.toContain("mine:latest");
  });

  test.each(["sha256:zz", "", "md5:0", `sha256:${"A".repeat(64)}`, `sha256:${"a".repeat(64)}/../x`])(
    "[vector 43] %j is no digest and never part of a path",
    async (digest) => {
      await using managed = await startManagedOllama();
      const invalid = { code: "invalid_input", details: { param: "digest" } };

      await expect(managed.ollama.hasBlob(digest, options)).rejects.toMatchObject(invalid);
      await expect(managed.ollama.uploadBlob({ digest, bytes: bytesOf("x") }, options)).rejects.toMatchObject(
        invalid,
      );
      await expect(create(managed, { model: "m", files: { "m.gguf": digest } })).rejects.toMatchObject(
        invalid,
      );
      expect(managed.server.journal.entries()).toEqual([]);
    },
  );

  test.each([
    ["nothing to make it from", { model: "m" }, "from"],
    ["two sources", { model: "m", from: "a", files: { "a.gguf": digestOf("a") } }, "from"],
    ["no file at all", { model: "m", files: {} }, "files"],
    ["a file outside", { model: "m", files: { "../a.gguf": digestOf("a") } }, "files"],
    ["an absolute file", { model: "m", files: { "/etc/a": digestOf("a") } }, "files"],
    ["an adapter outside", { model: "m", from: "a", adapters: { "a/../../b": digestOf("a") } }, "adapters"],
    ["a name that is none", { model: "a b", from: "a" }, "model"],
  ] as const)("refuses %s before anything is sent", async (_, request, param) => {
    await using managed = await startManagedOllama();

    await expect(create(managed, request)).rejects.toMatchObject({
      code: "invalid_input",
      details: { param },
    });
    expect(managed.server.journal.entries()).toEqual([]);
  });

  test("passes on what the server says of a quantization that it does not know", async () => {
    await using managed = await startManagedOllama();

    await expect(create(managed, { model: "mine", from: "llama3.2", quantize: "q1" })).rejects.toThrow(
      "The provider says: unsupported quantization type q1 - supported types are",
    );
  });

  test("is never repeated", async () => {
    await using managed = await startManagedOllama();
    managed.server.faults.set({ path: "/api/create", fault: { kind: "reset-mid-stream", after: 1 } });

    await expect(create(managed, { model: "mine", from: "llama3.2" })).rejects.toMatchObject({
      code: "upstream_truncated",
    });
    expect(managed.server.journal.of("/api/create")).toHaveLength(1);
  });
});
