/** A browser without pages: cookies for each origin and path, and redirects one by one. */
export class CookieBrowser {
  readonly #cookies = new Map<string, { readonly value: string; readonly path: string }>();

  /** One request, as a page of somebody else leads to it. Redirects are answers. */
  async open(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const at = new URL(url);
    const headers = new Headers(init.headers);
    const cookie = this.#cookiesFor(at);
    if (cookie !== "") headers.set("cookie", cookie);
    const answer = await fetch(at, { redirect: "manual", ...init, headers });
    for (const line of answer.headers.getSetCookie()) this.#keep(at.origin, line);
    return answer;
  }

  /** Follows redirects until `until` says that this address is far enough; it is not opened. */
  async follow(url: string | URL, until: (url: URL) => boolean): Promise<URL> {
    let at = new URL(url);
    for (let hops = 0; hops < 12; hops += 1) {
      if (until(at)) return at;
      const answer = await this.open(at);
      const next = answer.headers.get("location");
      if (next === null) throw new Error(`${at.href} answers ${answer.status}: ${await answer.text()}`);
      at = new URL(next, at);
    }
    throw new Error(`There are too many redirects up to ${at.href}.`);
  }

  cookie(origin: string, name: string): string | undefined {
    return this.#cookies.get(`${origin} ${name}`)?.value;
  }

  set(origin: string, name: string, value: string): void {
    const path = this.#cookies.get(`${origin} ${name}`)?.path ?? "/";
    this.#cookies.set(`${origin} ${name}`, { value, path });
  }

  #keep(origin: string, line: string): void {
    const [pair = "", ...attributes] = line.split(/;\s*/u);
    const at = pair.indexOf("=");
    const name = `${origin} ${pair.slice(0, at)}`;
    const attribute = (wanted: string) =>
      attributes.find((one) => one.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
    const expires = attribute("expires");
    const isGone =
      attribute("max-age") === "0" || (expires !== undefined && Date.parse(expires) < Date.now());
    if (isGone) this.#cookies.delete(name);
    else this.#cookies.set(name, { value: pair.slice(at + 1), path: attribute("path") ?? "/" });
  }

  #cookiesFor({ origin, pathname }: URL): string {
    return [...this.#cookies]
      .filter(([name, { path }]) => name.startsWith(`${origin} `) && pathname.startsWith(path))
      .map(([name, { value }]) => `${name.slice(origin.length + 1)}=${value}`)
      .join("; ");
  }
}
