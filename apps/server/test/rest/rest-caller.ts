/** What came back: JSON where it was JSON. Typed loosely on purpose, as a script sees it. */
export type RestAnswer = {
  readonly status: number;
  readonly body: Loose;
  readonly headers: Headers;
};
/** A JSON value of which nothing is known. */
export type Loose = { readonly [key: string]: Loose } & readonly Loose[] & (string | number | boolean | null);

/** A program that knows nothing but HTTP: the bearer token of one person, or of nobody. */
export class RestCaller {
  readonly #url: string;
  readonly #token: string | undefined;

  constructor(url: string, token?: string) {
    this.#url = url;
    this.#token = token;
  }

  get = (path: string): Promise<RestAnswer> => this.send("GET", path);
  post = (path: string, body?: unknown): Promise<RestAnswer> => this.send("POST", path, body);
  delete = (path: string, body?: unknown): Promise<RestAnswer> => this.send("DELETE", path, body);

  async send(method: string, path: string, body?: unknown): Promise<RestAnswer> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true && text !== "";
    // safe: a test reads from it what it expects
    const value = (isJson ? JSON.parse(text) : text) as Loose;
    return { status: response.status, body: value, headers: response.headers };
  }
}
