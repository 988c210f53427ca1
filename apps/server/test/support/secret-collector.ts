import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { createServer, request as sendRequest, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { connect } from "@corral/db/testing";

/** Where a secret was found that should be nowhere. Names it by its label alone. */
export type Leak = { readonly secret: string; readonly where: string };

/** Collects what leaves an installation, and looks for secrets in all of it. */
export class SecretCollector {
  readonly #secrets = new Map<string, string>();
  readonly #texts: { readonly where: string; readonly bytes: Buffer }[] = [];

  /** @returns The secret, for whoever plants it. */
  plant(label: string, secret: string): string {
    this.#secrets.set(label, secret);
    return secret;
  }

  add(where: string, text: string | Buffer): void {
    this.#texts.push({ where, bytes: typeof text === "string" ? Buffer.from(text) : text });
  }

  /** How many texts were looked through. */
  get size(): number {
    return this.#texts.length;
  }

  /** Everything that a database holds, as `pg_dump` would write it. */
  async addDatabase(url: string): Promise<void> {
    await using database = await connect(url);
    const { rows } = await database.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    for (const { name } of rows) {
      const dump = await database.query<{ text: string | null }>(
        `select string_agg(t::text, E'\\n') as text from ${name} t`,
      );
      this.add(`table ${name}`, dump.rows[0]?.text ?? "");
    }
  }

  /** Every file below, but those of these names. */
  async addFiles(directory: string, but: readonly string[] = []): Promise<void> {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (!entry.isFile() || but.includes(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      // a running PostgreSQL makes and removes files all the time
      const bytes = await readFile(path).catch(() => undefined);
      if (bytes !== undefined) this.add(`file ${path.slice(directory.length + 1)}`, bytes);
    }
  }

  find(): readonly Leak[] {
    const forms = [...this.#secrets].flatMap(([secret, value]) =>
      (["utf8", "base64", "base64url", "hex"] as const).map((encoding) => ({
        secret,
        bytes: Buffer.from(
          encoding === "utf8" ? value : Buffer.from(value).toString(encoding).replace(/=+$/u, ""),
        ),
      })),
    );
    const leaks = this.#texts.flatMap(({ where, bytes }) =>
      forms.filter((form) => bytes.includes(form.bytes)).map(({ secret }) => ({ secret, where })),
    );
    return [...new Map(leaks.map((leak) => [`${leak.secret} ${leak.where}`, leak])).values()];
  }
}

/** Stands before a server and hands every answer, headers and whole body, to a collector. */
export async function startRecorder(
  target: string,
  collector: SecretCollector,
): Promise<AsyncDisposable & { readonly url: string; settled(): Promise<void> }> {
  const running = new Set<Promise<unknown>>();
  const { hostname, port: targetPort } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const upstream = sendRequest({ hostname, port: targetPort, method, path, headers });
    incoming.pipe(upstream);
    outgoing.on("close", () => upstream.destroy());
    upstream.on("error", () => outgoing.destroy());
    upstream.on("response", (answer: IncomingMessage) => {
      outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
      const chunks: Buffer[] = [Buffer.from(JSON.stringify(answer.rawHeaders))];
      answer.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        outgoing.write(chunk);
      });
      answer.on("end", () => outgoing.end());
      answer.on("error", () => outgoing.destroy());
      const { promise: closed, resolve } = Promise.withResolvers<void>();
      answer.on("close", () => {
        collector.add(`${method} ${path?.split("?", 1)[0]} ${answer.statusCode}`, Buffer.concat(chunks));
        running.delete(closed);
        resolve();
      });
      running.add(closed);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // safe: a listening TCP server has such an address
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async settled() {
      await Promise.all(running);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** A provider that repeats whatever it is sent, headers and all, as bad ones do in their errors. */
export async function startEcho(): Promise<AsyncDisposable & { readonly url: string; asked(): number }> {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    const headers = JSON.stringify(request.headers);
    const message = `Incorrect credentials: ${headers}. You sent ${request.headers.authorization ?? "nothing"}.`;
    response.writeHead(request.method === "GET" ? 401 : 400, {
      "content-type": "application/json",
      "x-echo": encodeURIComponent(headers).slice(0, 2_000),
    });
    response.end(JSON.stringify({ error: { message, type: "invalid_request_error", code: "echo" } }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // safe: a listening TCP server has such an address
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked: () => asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
