import {
  DomainError,
  isDomainError,
  limits,
  type CircuitState,
  type ConnectionTimeouts,
  type JsonValue,
  type Secret,
} from "@corral/core";
import { revealSecret, toCredential, type ProviderAuth } from "../auth/provider-auth.ts";
import { asTruncated } from "../stream/ndjson-parser.ts";
import { toTransportError } from "../error/to-transport-error.ts";
import { toUpstreamError } from "../error/to-upstream-error.ts";
import { asObject, invalidResponse, parseUpstreamJson } from "../json/read-json.ts";
import { CallGuard, type CallGuardSettings, type FailedSend } from "../reliability/call-guard.ts";
import { readBodyStart, readBodyText } from "../stream/read-body.ts";
import type { Authorize } from "./authorize.ts";
import { beginAnswer } from "./begin-answer.ts";
import { CallClock, type Deadlines } from "./call-clock.ts";
import { fetchTransport } from "./fetch-transport.ts";
import {
  isStaleSocketError,
  type HttpRequest,
  type HttpResponse,
  type HttpTransport,
} from "./http-transport.ts";
import { UpstreamAnswer } from "./upstream-answer.ts";
import { isResendable, toGuardedCall, UploadBody, type UpstreamRequest } from "./upstream-request.ts";

export type UpstreamEndpointOptions = CallGuardSettings & {
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

/** One sending of a request. */
type Sending = {
  readonly clock: CallClock;
  /** Headers that the attempt before was refused with. */
  readonly refused?: Readonly<Record<string, string>>;
  /** What it was refused with: thrown again when there are no other headers to try. */
  readonly failure?: DomainError;
  /** What this one was authorized with. */
  authorization?: Readonly<Record<string, string>>;
};

const rememberedTokens = 4;

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
  readonly #guard: CallGuard;

  /** @throws DomainError `invalid_input` when the key or a header cannot be sent. */
  constructor(options: UpstreamEndpointOptions) {
    const { baseUrl, auth, headers, authorize, timeouts, defaults, transport } = options;
    const credential = toCredential(auth);
    this.#authorize = authorize ?? credential.authorize;
    this.#guard = new CallGuard(options);
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

  /** How much the endpoint and its models are trusted at the moment. */
  circuits(): readonly CircuitState[] {
    return this.#guard.circuits();
  }

  /**
   * Sends a request and waits for the headers of a successful answer. What fails before is repeated where that makes
   * sense; an answer that has begun never is.
   *
   * @throws DomainError for everything else: refused, redirected, rejected, late, cancelled, or not even tried.
   */
  open(request: UpstreamRequest): Promise<UpstreamAnswer> {
    const call = toGuardedCall(request, this.#deadlines[request.pace]);
    return this.#guard.run(call, (spentMs) => this.#attempt(request, spentMs));
  }

  /**
   * As {@link open}, and reads the beginning of the answer: a `DomainError` that `begin` throws is a refusal that came
   * with a good status, and is repeated as any other.
   *
   * @param begin Reads as far as nothing is passed on yet.
   */
  async begin<Begun>(
    request: UpstreamRequest,
    begin: (answer: UpstreamAnswer) => Promise<Begun>,
  ): Promise<Begun> {
    const call = toGuardedCall(request, this.#deadlines[request.pace]);
    const { begun } = await this.#guard.run(call, async (spentMs) => {
      const sent = await this.#attempt(request, spentMs);
      return "error" in sent ? sent : beginAnswer(sent, begin, () => this.secrets);
    });
    return begun;
  }

  /** Sends a request and reads its JSON answer. An error that comes with status 200 is thrown as well. */
  async json(request: UpstreamRequest): Promise<JsonValue> {
    const { answer, json } = await this.begin({ accept: "application/json", ...request }, async (answer) => {
      answer.judge();
      const json = parseAnswer(await readBodyText(answer));
      this.#assertNoError(json);
      return { answer, json };
    });
    answer.settle();
    return json;
  }

  #assertNoError(json: JsonValue): void {
    const { error = null, object } = asObject(json) ?? {};
    // What names its kind is no error, though it may tell of one: a failed response of OpenAI's.
    if (error === null || error === false || object !== undefined) return;
    throw toUpstreamError({ body: { json }, secrets: this.secrets });
  }

  async close(): Promise<void> {
    await this.#transport.close?.();
  }

  /** One attempt; with headers made afresh it may take two requests. */
  async #attempt(request: UpstreamRequest, spentMs: number): Promise<UpstreamAnswer | FailedSend> {
    try {
      const deadlines = this.#deadlines[request.pace];
      const first: Sending = { clock: new CallClock(deadlines, request.signal, spentMs) };
      let answer = await this.#send(request, first);
      if (answer.status === 401 && first.authorization !== undefined && isResendable(request)) {
        const failure = await this.#toFailure(answer, request.signal);
        const clock = new CallClock(deadlines, request.signal, spentMs);
        answer = await this.#send(request, { clock, refused: first.authorization, failure });
      }
      if (answer.status >= 300) {
        const hint = answer.headers["x-should-retry"];
        const error = await this.#toFailure(answer, request.signal);
        return { error, ...(hint !== undefined && { shouldRetry: hint === "true" }) };
      }
      if (!isEncoded(answer)) return answer;
      await answer.return();
      return { error: invalidResponse("The provider answered compressed although it was asked not to.") };
    } catch (error) {
      if (isStaleSocketError(error)) return { error: toTransportError(error, "headers"), isStale: true };
      if (isDomainError(error)) return { error };
      throw error;
    }
  }

  async #send(request: UpstreamRequest, sending: Sending): Promise<UpstreamAnswer> {
    const { clock, refused } = sending;
    const { signal } = clock;
    try {
      // What is cancelled already does not reach the network.
      signal.throwIfAborted();
      if (this.#authorize !== undefined) {
        const need = { refresh: refused !== undefined, signal, ...(refused !== undefined && { refused }) };
        sending.authorization = this.#remember(await this.#authorize(need));
        if (sending.failure !== undefined && isSame(refused, sending.authorization)) throw sending.failure;
      }
      if (request.effort !== undefined) request.effort.attempts += 1;
      const sent = noticeUpload(this.#toHttpRequest(request, sending), clock);
      const response: HttpResponse = await this.#transport(sent);
      signal.throwIfAborted();
      return new UpstreamAnswer(response, clock);
    } catch (error) {
      clock.stop();
      if (signal.aborted) throw signal.reason;
      throw isStaleSocketError(error) ? error : toTransportError(error, "headers");
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
    { authorization, clock: { signal } }: Sending,
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

function isEncoded({ headers }: UpstreamAnswer): boolean {
  const encoding = headers["content-encoding"];
  return encoding !== undefined && encoding !== "identity";
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
