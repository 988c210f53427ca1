import { z } from "zod";

const answerSchema = z.union([
  z.object({ result: z.object({ data: z.unknown() }) }),
  z.object({ error: z.object({ message: z.string(), data: z.looseObject({}) }) }),
]);

/** Calls tRPC as any program without our client does: JSON over HTTP. */
export class ProcedureCaller {
  readonly #url: string;
  readonly #headers: Record<string, string>;

  constructor(url: string, token?: string) {
    this.#url = url;
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  async query<T>(path: string, input: unknown, schema: z.ZodType<T>): Promise<T> {
    const search = new URLSearchParams({ input: JSON.stringify(input) });
    return this.#send(`${path}?${search.toString()}`, {}, schema);
  }

  async mutate<T>(path: string, input: unknown, schema: z.ZodType<T>): Promise<T> {
    const body = input === undefined ? {} : { body: JSON.stringify(input) };
    return this.#send(path, { method: "POST", ...body }, schema);
  }

  async #send<T>(path: string, init: RequestInit, schema: z.ZodType<T>): Promise<T> {
    const response = await fetch(`${this.#url}/trpc/${path}`, {
      ...init,
      headers: { "content-type": "application/json", ...this.#headers },
      signal: AbortSignal.timeout(30_000),
    });
    const answer = answerSchema.parse(await response.json());
    if ("error" in answer) throw new Error(`${path}: ${response.status} ${answer.error.message}`);
    return schema.parse(answer.result.data);
  }
}
