import { Ollama } from "ollama";
import { describe, expect, test } from "vitest";
import { startManagedOllama, type ManagedOllama } from "./__fixtures__/start-managed-ollama.ts";

const options = { signal: new AbortController().signal };
const clientOf = ({ server }: ManagedOllama) => new Ollama({ host: server.url });

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** The same server twice, so that what one client changes does not show in the other's answers. */
async function startPair() {
  const library = [{ name: "tiny", layerBytes: [1000, 500, 10] }];
  return { ours: await startManagedOllama({ library }), theirs: await startManagedOllama({ library }) };
}

describe("we get what the official client gets", () => {
  test("of the list", async () => {
    await using managed = await startManagedOllama();

    const theirs = (await clientOf(managed).list()).models;
    const ours = await managed.ollama.tags(options);

    expect(
      ours.map(({ name, sizeBytes, digest, family, families }) => ({
        name,
        sizeBytes,
        digest,
        family,
        families,
      })),
    ).toEqual(
      theirs.map(({ name, size, digest, details: { family, families } }) => ({
        name,
        sizeBytes: size,
        digest,
        family,
        families,
      })),
    );
    expect(ours.map(({ modifiedAt }) => Date.parse(modifiedAt ?? ""))).toEqual(
      theirs.map(({ modified_at }) => Date.parse(String(modified_at))),
    );
    expect(
      ours.map(({ parameterSize, quantization, format }) => [parameterSize, quantization, format]),
    ).toEqual(
      theirs.map(({ details }) => [details.parameter_size, details.quantization_level, details.format]),
    );
  });

  test("of a model's details", async () => {
    await using managed = await startManagedOllama();

    for (const model of ["llama3.2", "qwen3:8b", "llava:7b", "nomic-embed-text"]) {
      const theirs = await clientOf(managed).show({ model });
      const ours = await managed.ollama.show(model, options);

      expect(ours).toMatchObject({
        template: theirs.template,
        modelfile: theirs.modelfile,
        capabilities: theirs.capabilities,
        info: theirs.model_info,
        messages: theirs.messages ?? [],
        parentModel: theirs.details.parent_model || null,
      });
      expect(ours.contextLength).toBe(
        Reflect.get(theirs.model_info, `${theirs.details.family}.context_length`),
      );
    }
  });

  test("of what is in memory", async () => {
    await using managed = await startManagedOllama();
    await managed.ollama.load({ model: "llama3.2", keepAlive: "7m", contextLength: 8192 }, options);

    const [theirs] = (await clientOf(managed).ps()).models;
    const [ours] = await managed.ollama.running(options);

    expect(ours).toMatchObject({
      name: theirs?.name,
      digest: theirs?.digest,
      sizeBytes: theirs?.size,
      vramBytes: theirs?.size_vram,
      contextLength: 8192,
      expiresAt: new Date(Date.parse(String(theirs?.expires_at))).toISOString(),
    });
  });

  test("of the version", async () => {
    await using managed = await startManagedOllama();

    const theirs = await clientOf(managed).version();

    expect((await managed.ollama.version(options)).version).toBe(theirs.version);
  });

  test("of a pull, line by line to its success", async () => {
    const pair = await startPair();
    await using ours = pair.ours;
    await using theirs = pair.theirs;

    const theirLines = await all(await clientOf(theirs).pull({ model: "tiny", stream: true }));
    const ourLines = await all(ours.ollama.pull({ model: "tiny" }, options));

    expect(ourLines.map(({ status, digest }) => [status, digest ?? undefined])).toEqual(
      theirLines.map(({ status, digest }) => [status, digest]),
    );
    expect(ourLines.at(-1)?.status).toBe("success");
    expect((await ours.ollama.tags(options))[0]?.name).toBe("tiny:latest");
  });

  test("of a pull that fails: both say that it does", async () => {
    await using managed = await startManagedOllama({ library: [] });

    await expect(
      (async () => all(await clientOf(managed).pull({ model: "x", stream: true })))(),
    ).rejects.toThrow("pull model manifest: file does not exist");
    await expect(all(managed.ollama.pull({ model: "x" }, options))).rejects.toMatchObject({
      details: { upstreamMessage: "pull model manifest: file does not exist" },
    });
  });

  test("of a push", async () => {
    await using managed = await startManagedOllama({ models: ["ann/m"] });

    const theirs = await all(await clientOf(managed).push({ model: "ann/m", stream: true }));
    const ours = await all(managed.ollama.push({ model: "ann/m" }, options));

    expect(ours.map(({ status }) => status)).toEqual(theirs.map(({ status }) => status));
  });

  test("of a creation, a copy and a deletion: the server is in the same state after them", async () => {
    const pair = await startPair();
    await using ours = pair.ours;
    await using theirs = pair.theirs;
    const client = clientOf(theirs);
    const request = { model: "mine", from: "llama3.2", system: "Be brief.", parameters: { top_k: 3 } };

    const theirLines = await all(await client.create({ ...request, stream: true }));
    await client.copy({ source: "mine", destination: "other" });
    await client.delete({ model: "mine" });
    const ourLines = await all(ours.ollama.create(request, options));
    await ours.ollama.copy({ source: "mine", destination: "other" }, options);
    await ours.ollama.delete("mine", options);

    const stateOf = async (managed: ManagedOllama) => {
      const { models } = await clientOf(managed).list();
      const { system, parameters } = await clientOf(managed).show({ model: "other" });
      return { names: models.map(({ name }) => name).toSorted(), system, parameters };
    };
    expect(ourLines.map(({ status }) => status)).toEqual(theirLines.map(({ status }) => status));
    expect(await stateOf(ours)).toEqual(await stateOf(theirs));
    expect((await stateOf(ours)).names).toContain("other:latest");
  });
});
