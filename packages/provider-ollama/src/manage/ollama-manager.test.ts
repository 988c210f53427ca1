import { createHash } from "node:crypto";
import {
  ollamaCloudStatusSchema,
  ollamaModelInfoSchema,
  ollamaModelSchema,
  ollamaRunningModelSchema,
  ollamaServerVersionSchema,
} from "@corral/core";
import { fetchTransport } from "@corral/provider-kit";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { startManagedOllama } from "./__fixtures__/start-managed-ollama.ts";

const options = { signal: new AbortController().signal };

describe("what is installed", () => {
  test("lists models with everything that the server says, newest first", async () => {
    await using managed = await startManagedOllama({
      models: [
        { name: "old", modifiedAt: "2026-01-01T00:00:00+02:00", digest: "a".repeat(64), sizeBytes: 7 },
        {
          name: "gpt-oss:120b-cloud",
          modifiedAt: "2026-02-01T00:00:00.123456789Z",
          remoteModel: "gpt-oss:120b",
          remoteHost: "https://ollama.com:443",
        },
      ],
    });

    const models = await managed.ollama.tags(options);

    expect(z.array(ollamaModelSchema).parse(models)).toEqual(models);
    expect(models).toMatchObject([
      {
        name: "gpt-oss:120b-cloud",
        modifiedAt: "2026-02-01T00:00:00.123Z",
        remote: { model: "gpt-oss:120b", host: "https://ollama.com:443" },
      },
      {
        name: "old:latest",
        digest: "a".repeat(64),
        sizeBytes: 7,
        modifiedAt: "2025-12-31T22:00:00.000Z",
        format: "gguf",
        family: "llama",
        families: ["llama"],
        parameterSize: "3.2B",
        quantization: "Q4_K_M",
        contextLength: 131_072,
        embeddingLength: 3072,
        capabilities: ["completion"],
        remote: null,
        parentModel: null,
      },
    ]);
  });

  test("shows one model, its parameters typed", async () => {
    const parameters = { stop: ["<|end|>"], temperature: 0.7, num_ctx: 4096, use_mmap: true };
    await using managed = await startManagedOllama({
      models: [
        {
          name: "m",
          system: "Be brief.",
          license: "MIT",
          parameters,
          capabilities: ["completion", "vision"],
        },
      ],
    });

    const info = await managed.ollama.show("M", options);

    expect(ollamaModelInfoSchema.parse(info)).toEqual(info);
    expect(info).toMatchObject({
      name: "M:latest",
      system: "Be brief.",
      license: "MIT",
      parameters,
      capabilities: ["completion", "vision"],
      contextLength: 131_072,
      embeddingLength: 3072,
      parameterCount: 3_200_000_000,
      projectorInfo: { "general.architecture": "clip" },
      requires: null,
    });
    expect(info.info["general.architecture"]).toBe("llama");
  });

  test("[vector 42] copies and deletes although the answers are empty and a DELETE carries a body", async () => {
    await using managed = await startManagedOllama({ models: ["m"] });

    await managed.ollama.copy({ source: "m", destination: "Ann/Mine:v1" }, options);
    await managed.ollama.delete("m", options);
    const names = (await managed.ollama.tags(options)).map(({ name }) => name);

    expect(names).toEqual(["Ann/Mine:v1"]);
    expect(managed.server.journal.of("/api/copy")[0]?.body).toEqual({
      source: "m:latest",
      destination: "Ann/Mine:v1",
    });
    expect(managed.server.journal.of("/api/delete")[0]).toMatchObject({
      method: "DELETE",
      body: { model: "m:latest" },
    });
  });

  test("says so when a model to show, copy or delete is not there", async () => {
    await using managed = await startManagedOllama({ models: [] });
    const missing = { code: "upstream_not_found", details: { upstreamClass: "model_not_found" } };

    await expect(managed.ollama.show("m", options)).rejects.toMatchObject(missing);
    await expect(managed.ollama.delete("m", options)).rejects.toMatchObject(missing);
    await expect(managed.ollama.copy({ source: "m", destination: "n" }, options)).rejects.toMatchObject(
      missing,
    );
  });

  test("[vector 35] refuses a name that is none before anything is sent", async () => {
    await using managed = await startManagedOllama();
    const { ollama } = managed;
    const invalid = { code: "invalid_input" };

    await expect(ollama.show("a b", options)).rejects.toMatchObject(invalid);
    await expect(ollama.delete("../../x", options)).rejects.toMatchObject(invalid);
    await expect(ollama.load({ model: "m:cloud:local" }, options)).rejects.toMatchObject(invalid);
    await expect(ollama.copy({ source: "m", destination: "" }, options)).rejects.toMatchObject(invalid);
    expect(managed.server.journal.entries()).toEqual([]);
  });
});

describe("what is in memory", () => {
  test("[vector 45] loads, lists what never expires as such, and unloads", async () => {
    await using managed = await startManagedOllama({ models: ["a", "b"] });
    const { ollama } = managed;

    await ollama.load({ model: "a", keepAlive: -1 }, options);
    await ollama.load({ model: "b", keepAlive: "10m", contextLength: 8192 }, options);
    const both = await ollama.running(options);
    await ollama.unload("a", options);
    const one = await ollama.running(options);

    expect(z.array(ollamaRunningModelSchema).parse(both)).toEqual(both);
    expect(both).toMatchObject([
      { name: "a:latest", expiresAt: null, vramShare: 1, contextLength: 4096 },
      { name: "b:latest", contextLength: 8192, sizeBytes: 2_019_393_189, vramBytes: 2_019_393_189 },
    ]);
    expect(Date.parse(both[1]?.expiresAt ?? "") - Date.now()).toBeGreaterThan(9 * 60_000);
    expect(one.map(({ name }) => name)).toEqual(["b:latest"]);
  });

  test("loads and unloads a model that can only embed", async () => {
    await using managed = await startManagedOllama();
    const { ollama } = managed;

    await ollama.load({ model: "nomic-embed-text", keepAlive: 300 }, options);
    const loaded = await ollama.running(options);
    await ollama.unload("nomic-embed-text", options);

    expect(loaded.map(({ name }) => name)).toEqual(["nomic-embed-text:latest"]);
    expect(await ollama.running(options)).toEqual([]);
  });

  test.each([["5m"], ["1h30m"], ["300ms"], ["-1s"], [300], [-1], [0]])(
    "[vector 44] sends keep_alive %j as it is",
    async (keepAlive) => {
      await using managed = await startManagedOllama({ models: ["m"] });

      await managed.ollama.load({ model: "m", keepAlive }, options);

      expect(managed.server.journal.of("/api/generate")[0]?.body).toEqual({
        model: "m:latest",
        keep_alive: keepAlive,
        stream: false,
      });
    },
  );

  test.each([["-1"], ["5"], ["forever"], [""], ["5 m"], [1.5], [Number.NaN], [Infinity]])(
    "[vector 44] refuses keep_alive %j itself, and says how it is written",
    async (keepAlive) => {
      await using managed = await startManagedOllama({ models: ["m"] });

      const failure = managed.ollama.load({ model: "m", keepAlive }, options);

      await expect(failure).rejects.toMatchObject({
        code: "invalid_input",
        details: { param: "keep_alive" },
      });
      await expect(failure).rejects.toThrow('a duration with its unit such as "5m"');
      expect(managed.server.journal.entries()).toEqual([]);
    },
  );

  test("refuses to allocate a window that is none", async () => {
    await using managed = await startManagedOllama({ models: ["m"] });

    await expect(managed.ollama.load({ model: "m", contextLength: 3 }, options)).rejects.toMatchObject({
      code: "invalid_input",
      details: { param: "num_ctx" },
    });
  });
});

describe("the server", () => {
  test("[OLL-2] tells its version, with a warning where it can be attacked", async () => {
    await using managed = await startManagedOllama();

    const current = await managed.ollama.version(options);
    managed.server.setVersion("0.16.3");
    const old = await managed.ollama.version(options);

    expect(ollamaServerVersionSchema.parse(current)).toEqual({ version: "0.33.0", warnings: [] });
    expect(old.warnings).toEqual([expect.stringContaining("CVE-2026-7482")]);
  });

  test("tells whether models of ollama.com may be used", async () => {
    await using managed = await startManagedOllama({ cloud: { disabled: true, source: "env" } });

    const status = await managed.ollama.status(options);

    expect(ollamaCloudStatusSchema.parse(status)).toEqual({ disabled: true, source: "env" });
  });

  test.each([
    ["0.16.1", "0.16.2", "status"],
    ["0.1.37", "0.1.38", "running"],
  ] as const)("[vector 46] %s is told that it takes %s", async (version, since, call) => {
    await using managed = await startManagedOllama({ version });

    const failure = managed.ollama[call](options);

    await expect(failure).rejects.toMatchObject({ code: "unsupported_feature" });
    await expect(failure).rejects.toThrow(`This needs Ollama ${since} or later; the server is ${version}.`);
    expect(managed.server.journal.entries().map(({ path }) => path)).toEqual(["/api/version"]);
    managed.server.setVersion(since);
    await expect(managed.ollama[call](options)).resolves.toBeDefined();
  });

  test("[vector 46] a creation waits for the version that can do it", async () => {
    await using managed = await startManagedOllama({ version: "0.5.4" });
    const create = async (requires?: string) => {
      const request = { model: "mine", from: "llama3.2", ...(requires !== undefined && { requires }) };
      for await (const _ of managed.ollama.create(request, options));
    };

    await expect(create()).rejects.toThrow("This needs Ollama 0.5.5 or later");
    managed.server.setVersion("0.13.9");
    await create();
    await expect(create("0.14.0")).rejects.toThrow("This needs Ollama 0.14.0 or later");
  });

  test("[vector 46] a development build has everything, and so has one that hides its version", async () => {
    await using managed = await startManagedOllama({ version: "0.0.0" });
    await using hiding = await startManagedOllama();
    hiding.server.faults.set({
      path: "/api/version",
      fault: { kind: "status", code: 404, body: "404 page not found" },
    });

    await expect(managed.ollama.status(options)).resolves.toBeDefined();
    await expect(hiding.ollama.status(options)).resolves.toBeDefined();
    await expect(hiding.ollama.running(options)).resolves.toEqual([]);
  });

  test("is asked for its version once, not with each call", async () => {
    await using managed = await startManagedOllama();

    for (let call = 0; call < 5; call += 1) await managed.ollama.running(options);

    expect(managed.server.journal.of("/api/version")).toHaveLength(1);
  });

  test("is said to be something else when it answers nonsense", async () => {
    await using managed = await startManagedOllama();
    managed.server.faults.set({ fault: { kind: "array-body" } });
    const nonsense = { code: "upstream_invalid_response" };

    await expect(managed.ollama.version(options)).rejects.toMatchObject(nonsense);
    await expect(managed.ollama.tags(options)).rejects.toMatchObject(nonsense);
    await expect(managed.ollama.running(options)).rejects.toMatchObject(nonsense);
    await expect(managed.ollama.show("m", options)).rejects.toMatchObject(nonsense);
    await expect(managed.ollama.load({ model: "m" }, options)).rejects.toMatchObject(nonsense);
  });

  test("[vector 42] [vector 43] is managed over fetch as well", async () => {
    await using managed = await startManagedOllama({ library: ["tiny"] }, { transport: fetchTransport });
    const { ollama } = managed;
    const digest = `sha256:${createHash("sha256").update("GGUF").digest("hex")}`;
    async function* pieces() {
      for (const letter of "GGUF") yield new TextEncoder().encode(letter);
    }

    await ollama.copy({ source: "llama3.2", destination: "mine" }, options);
    await ollama.delete("llama3.2", options);
    const had = await ollama.hasBlob(digest, options);
    const sent = await ollama.uploadBlob({ digest, bytes: pieces() }, options);
    for await (const _ of ollama.pull({ model: "tiny" }, options));
    const names = (await ollama.tags(options)).map(({ name }) => name);

    expect([had, sent]).toEqual([false, { created: true }]);
    expect(names).toEqual(expect.arrayContaining(["tiny:latest", "mine:latest"]));
    expect(names).not.toContain("llama3.2:latest");
  });

  test("gets every call cancelled as soon as its caller leaves", async () => {
    await using managed = await startManagedOllama();
    managed.server.faults.set({ fault: { kind: "hang-before-headers" } });
    const { ollama } = managed;
    const leaving = new AbortController();
    const arrival = managed.server.journal.next();

    const call = ollama.tags({ signal: leaving.signal });
    const entry = await arrival;
    leaving.abort();

    await expect(call).rejects.toMatchObject({ code: "request_cancelled" });
    await managed.server.journal.whenClosed(entry);
    expect(entry.closedByClientAt).toBeDefined();
  });
});
