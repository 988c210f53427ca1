import { z } from "zod";

const listSchema = z.object({
  data: z.array(z.looseObject({ id: z.string(), status: z.looseObject({ value: z.string() }) })),
});

/** The part of a router's API that manages models, by plain HTTP. */
export class LlamaRouter {
  readonly #baseUrl: string;

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  /** State by model: `unloaded`, `loading`, `loaded`, … */
  async listStates(): Promise<Record<string, string>> {
    const { data } = listSchema.parse(await (await this.#call("/models")).json());
    return Object.fromEntries(data.map(({ id, status }) => [id, status.value]));
  }

  load(model: string): Promise<Response> {
    return this.#call("/models/load", { model });
  }

  unload(model: string): Promise<Response> {
    return this.#call("/models/unload", { model });
  }

  #call(path: string, body?: object): Promise<Response> {
    return fetch(this.#baseUrl + path, {
      signal: AbortSignal.timeout(20_000),
      ...(body && {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
  }
}
