import { randomUUID } from "node:crypto";
import { Client } from "undici";
import type { Call, Objects } from "./row.ts";

/** An answer, with what differs from request to request made equal. */
export type Answer = {
  readonly status: number;
  /** Our code for a refusal; `null` for a success. */
  readonly code: string | null;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
};

export type Door = AsyncDisposable & {
  /** @param named What the call names: its ids are taken out of the answer. */
  ask(call: Call, token: string | undefined, named: Objects): Promise<Answer>;
};

/** Asks one request after another. */
export function openDoor(url: string): Door {
  const client = new Client(url, { pipelining: 1 });
  return {
    async ask({ method = "GET", path, body, headers = {} }, token, named) {
      const response = await client.request({
        method,
        path,
        headers: {
          ...(method !== "GET" && { "content-type": "application/json" }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await readAnswer(response);
      const { date: _date, "x-request-id": _id, "keep-alive": _alive, ...others } = response.headers;
      return {
        // a stream has begun before its refusal is known
        status: Number(/"httpStatus":(\d+)/u.exec(text)?.[1] ?? response.statusCode),
        code: codeOf(response.statusCode, text),
        headers: others,
        text: withoutNames(text, named),
      };
    },
    [Symbol.asyncDispose]: () => client.destroy(),
  };
}

/** Of events, which never end by themselves, as much as says whether they come. */
async function readAnswer({ headers, body }: Awaited<ReturnType<Client["request"]>>): Promise<string> {
  if (!String(headers["content-type"]).startsWith("text/event-stream")) return body.text();
  let text = "";
  for await (const chunk of body) {
    text += String(chunk);
    // the second event is the first that says something
    if (text.split("\n\n").length > 2) break;
  }
  return text;
}

function codeOf(status: number, text: string): string | null {
  const ofTrpc = /"errorCode":"(\w+)","httpStatus"/u.exec(text)?.[1];
  if (ofTrpc !== undefined || status < 400) return ofTrpc ?? null;
  return /"code":"([a-z_]+)"/u.exec(text)?.[1] ?? `status ${status}`;
}

function withoutNames(text: string, named: Objects): string {
  const anonymous = Object.entries(named).reduce(
    (before, [name, id]) => before.replaceAll(id, `<${name}>`),
    text,
  );
  return anonymous.replaceAll(/"requestId":"[^"]*"/gu, "");
}

/** An id that names nothing. */
export const nobody = randomUUID();
