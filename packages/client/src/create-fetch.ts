import { SeenRevision } from "./revision.ts";

/** What sends requests; `globalThis.fetch` is one. */
export type CorralFetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

export type Credential = { readonly apiKey?: string; readonly session?: string };

/** Adds the credential. */
export function withCredential(send: CorralFetch, { apiKey, session }: Credential): CorralFetch {
  const token = apiKey ?? session;
  if (token === undefined) return send;
  return (url, init) => {
    const headers = new Headers(init?.headers);
    headers.set("authorization", `Bearer ${token}`);
    return send(url, { ...init, headers });
  };
}

/** A call never sees less than the calls before it did, whichever process answers. */
export function withRevisions(send: CorralFetch): CorralFetch {
  const seen = new SeenRevision();
  const sendFrom = (url: string | URL, init: RequestInit | undefined, least: string | undefined) => {
    if (least === undefined) return send(url, init);
    const headers = new Headers(init?.headers);
    headers.set("x-corral-min-revision", least);
    return send(url, { ...init, headers });
  };
  return async (url, init) => {
    const least = seen.text;
    const response = await sendFrom(url, init, least);
    const answered = response.headers.get("x-corral-revision");
    if (least !== undefined && response.status === 400 && seen.isForgotten(least, answered)) {
      await response.body?.cancel();
      // refused before anything was done, so writes may be sent again too
      return sendFrom(url, init, undefined);
    }
    seen.note(answered);
    return response;
  };
}

/** Something between answered in the server's place. */
export class ForeignAnswer extends Error {
  readonly response: Response;

  constructor(response: Response) {
    super(`The answer (${response.status}) is not one of Corral's.`);
    this.response = response;
  }
}

/** Whatever Corral answers here is JSON, its refusals too. */
export function withOwnAnswers(send: CorralFetch): CorralFetch {
  return async (url, init) => {
    const response = await send(url, init);
    if (response.headers.get("content-type")?.startsWith("application/json") === true) return response;
    await response.body?.cancel();
    throw new ForeignAnswer(response);
  };
}

/** Ends a call that takes too long; its body counts. */
export function withDeadline(send: CorralFetch, timeoutMs: number): CorralFetch {
  return (url, init) => {
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
    return send(url, { ...init, signal });
  };
}
