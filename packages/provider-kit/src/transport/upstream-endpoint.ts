import {
  DomainError,
  limits,
  type ConnectionTimeouts,
  type JsonObject,
  type JsonValue,
  type Secret,
} from "@corral/core";
import { revealSecret, toCredential, type ProviderAuth } from "../auth/provider-auth.ts";
import { asTruncated } from "../stream/ndjson-parser.ts";
import { toTransportError } from "../error/to-transport-error.ts";
import { toUpstreamError } from "../error/to-upstream-error.ts";
import { asObject, invalidResponse, parseUpstreamJson } from "../json/read-json.ts";
import { readBodyStart, readBodyText } from "../stream/read-body.ts";
import type { Authorize } from "./authorize.ts";
import { CallClock, type Deadlines } from "./call-clock.ts";
import { fetchTransport } from "./fetch-transport.ts";
import type { HttpRequest, HttpResponse, HttpTransport } from "./http-transport.ts";
import { UpstreamAnswer } from "./upstream-answer.ts";

export type UpstreamEndpointOptions = {
  /** Without trailing slash; paths are appended. */
  readonly baseUrl: string;
  readonly auth?: ProviderAuth | undefined;
  readonly headers?: Readonly<Record<string, Secret | string>> | undefined;
  /** Headers made for each request, e.g. with a token that expires. After a 401 they are asked for afresh, once. */
  readonly authorize?: Authorize | undefined;
  /** What of the caller's settings is absent is taken from `defaults`. */
  readonly timeouts?: ConnectionTimeouts | undefined;
  readonly defaults: Required<Pick<ConnectionTimeouts, "firstByteMs" | "idleMs" | "totalMs" | "listMs">>;
  readonly transport?: HttpTransport | undefined;
};

export type UpstreamRequest = {
  /** Appended to the base URL, e.g. `/api/tags`. */
  readonly path: string;
  /** Default: POST with a body, GET without. */
  readonly method?: HttpRequest["method"];
  /** An object is sent as JSON. Bytes from an iterable are sent once: such a request is never repeated. */
  readonly body?: JsonObject | UploadBody;
  /** `list` for short questions: one limit for everything. `call` for work that may take long. `transfer` for work that may take hours but must not fall silent. */
  readonly pace: "list" | "call" | "transfer";
  readonly accept?: string;
  readonly signal: AbortSignal;
};

/** One sending of a request. */
type Attempt = {
  readonly clock: CallClock;
  /** Headers that the attempt before was refused with. */
  readonly refused?: Readonly<Record<string, string>>;
  /** What it was refused with: thrown again when there are no other headers to try. */
  readonly failure?: DomainError;
  /** What this one was authorized with. */
  authorization?: Readonly<Record<string, string>>;
};

const rememberedTokens = 4;

/** Bytes as they are, e.g. a model file. */
export class UploadBody {
  readonly bytes: Uint8Array | AsyncIterable<Uint8Array>;

  constructor(bytes: Uint8Array | AsyncIterable<Uint8Array>) {
    this.bytes = bytes;
  }
}

/** One endpoint with its credential, deadlines and transport: what providers send their requests through. */
export class UpstreamEndpoint {
  readonly baseUrl: string;
  readonly #secrets: readonly string[];
  readonly #authorize: Authorize | undefined;
  /** What the last requests were authorized with. */
  #tokens: readonly string[] = [];
  readonly #headers: Readonly<Record<string, string>>;
  readonly #deadlines: Readonly<Record<UpstreamRequest["pace"], Deadlines>>;
  readonly #transport: HttpTransport;

  /** @throws DomainError `invalid_input` when the key or a header cannot be sent. */
  constructor({ baseUrl, auth, headers, authorize, timeouts, defaults, transport }: UpstreamEndpointOptions) {
    const credential = toCredential(auth);
    this.#authorize = authorize ?? credential.authorize;
    this.baseUrl = baseUrl;
    const extra = Object.entries(headers ?? {}).map(
      ([name, value]) => [name.toLowerCase(), revealSecret(value)] as const,
    );
    this.#secrets = [...credential.secrets, ...extra.map(([, value]) => value)].filter(
      (value) => value !== "",
    );
    this.#headers = { "user-agent": "corral", ...credential.headers, ...Object.fromEntries(extra) };
    assertSendable(this.#headers);
    const { firstByteMs, idleMs, totalMs, listMs } = { ...defaults, ...timeouts };
    this.#deadlines = {
      list: { totalMs: listMs },
      call: { firstByteMs, idleMs, totalMs },
      transfer: { firstByteMs, idleMs },
    };
    this.#transport = transport ?? fetchTransport;
  }

  /** Values that must never be printed. */
  get secrets(): readonly string[] {
    return this.#tokens.length === 0 ? this.#secrets : [...this.#secrets, ...this.#tokens];
  }

  /**
   * Sends a request and waits for the headers of a successful answer.
   *
   * @throws DomainError for everything else: refused, redirected, rejected, late, cancelled.
   */
  async open(request: UpstreamRequest): Promise<UpstreamAnswer> {
    const first: Attempt = { clock: new CallClock(this.#deadlines[request.pace], request.signal) };
    let answer = await this.#send(request, first);
    if (answer.status === 401 && first.authorization !== undefined && isRepeatable(request)) {
      const failure = await this.#toFailure(answer, request.signal);
      const clock = new CallClock(this.#deadlines[request.pace], request.signal);
      answer = await this.#send(request, { clock, refused: first.authorization, failure });
    }
    if (answer.status >= 300) throw await this.#toFailure(answer, request.signal);
    const encoding = answer.headers["content-encoding"];
    if (encoding !== undefined && encoding !== "identity") {
      await answer.return();
      throw invalidResponse("The provider answered compressed although it was asked not to.");
    }
    return answer;
  }

  /** Sends a request and reads its JSON answer. An error that comes with status 200 is thrown as well. */
  async json(request: UpstreamRequest): Promise<JsonValue> {
    const answer = await this.open({ accept: "application/json", ...request });
    const json = parseAnswer(await readBodyText(answer));
    const { error = null, object } = asObject(json) ?? {};
    // What names its kind is no error, though it may tell of one: a failed response of OpenAI's.
    if (error !== null && error !== false && object === undefined)
      throw toUpstreamError({ body: { json }, secrets: this.secrets });
    return json;
  }

  async close(): Promise<void> {
    await this.#transport.close?.();
  }

  async #send(request: UpstreamRequest, attempt: Attempt): Promise<UpstreamAnswer> {
    const { clock, refused } = attempt;
    const { signal } = clock;
    try {
      // What is cancelled already does not reach the network.
      signal.throwIfAborted();
      if (this.#authorize !== undefined) {
        const need = { refresh: refused !== undefined, signal, ...(refused !== undefined && { refused }) };
        attempt.authorization = this.#remember(await this.#authorize(need));
        if (attempt.failure !== undefined && isSame(refused, attempt.authorization)) throw attempt.failure;
      }
      const sent = noticeUpload(this.#toHttpRequest(request, attempt), clock);
      const response: HttpResponse = await this.#transport(sent);
      signal.throwIfAborted();
      return new UpstreamAnswer(response, clock);
    } catch (error) {
      clock.stop();
      throw signal.aborted ? signal.reason : toTransportError(error, "headers");
    }
  }

  #remember({ headers, secrets }: Awaited<ReturnType<Authorize>>): Readonly<Record<string, string>> {
    assertSendable(headers);
    if (secrets.some((secret) => !this.#tokens.includes(secret))) {
      // An answer to a request with the previous token may still be on its way.
      this.#tokens = [...secrets, ...this.#tokens].slice(0, rememberedTokens);
    }
    return headers;
  }

  #toHttpRequest(
    { path, method, body, accept }: UpstreamRequest,
    { authorization, clock: { signal } }: Attempt,
  ): HttpRequest {
    const headers = { ...this.#headers, ...authorization, ...(accept !== undefined && { accept }) };
    const url = this.baseUrl + path;
    if (body === undefined) return { method: method ?? "GET", url, headers, signal };
    const isUpload = body instanceof UploadBody;
    return {
      method: method ?? "POST",
      url,
      headers: { ...headers, "content-type": isUpload ? "application/octet-stream" : "application/json" },
      body: isUpload ? body.bytes : JSON.stringify(body),
      signal,
    };
  }

  async #toFailure(answer: UpstreamAnswer, callerSignal: AbortSignal): Promise<DomainError> {
    const { status, headers } = answer;
    if (status < 400) {
      await answer.return();
      return new DomainError(
        "upstream_redirect",
        `The provider answered with a redirect (${status}), which Corral does not follow.`,
        {
          details: { upstreamClass: "redirect", upstreamStatus: status },
        },
      );
    }
    const body = await readBodyStart(answer, limits.upstreamErrorBytes);
    if (callerSignal.aborted) return new DomainError("request_cancelled");
    return toUpstreamError({ status, headers, body, secrets: this.secrets });
  }
}

/** Parses a whole body; what is neither empty nor JSON is usually a page of something that is no provider. */
export function parseAnswer(text: string): JsonValue {
  const trimmed = text.replace(/^[\uFEFF\s]+/u, "");
  if (trimmed === "") throw invalidResponse("The provider answered with an empty body.");
  if (trimmed.startsWith("<"))
    throw invalidResponse("The provider answered with a web page. Check the connection's URL.");
  const isUnfinished = /^[[{]/u.test(trimmed) && !/[\]}]\s*$/u.test(trimmed);
  return isUnfinished ? asTruncated(() => parseUpstreamJson(trimmed)) : parseUpstreamJson(trimmed);
}

function isSame(
  one: Readonly<Record<string, string>> = {},
  other: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(other).every(([name, value]) => one[name] === value);
}

function isRepeatable({ body }: UpstreamRequest): boolean {
  return !(body instanceof UploadBody) || body.bytes instanceof Uint8Array;
}

/** An upload of hours is no silence as long as its parts go out. */
function noticeUpload(request: HttpRequest, clock: CallClock): HttpRequest {
  const { body } = request;
  if (body === undefined || typeof body === "string" || body instanceof Uint8Array) return request;
  async function* parts(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      clock.sending();
      yield chunk;
    }
  }
  return { ...request, body: parts(body) };
}

/** Transports quote a header that they refuse; its value may be the key. */
function assertSendable(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~\da-z-]+$/u.test(name) || !/^[\t\u0020-\u007e\u0080-\u00ff]*$/u.test(value)) {
      throw new DomainError(
        "invalid_input",
        `The header "${name.slice(0, 64)}" has a name or a value that cannot be sent.`,
      );
    }
  }
}
