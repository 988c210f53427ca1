/** Something a provider does wrong, by `kind`. Counts have the default in brackets. */
export type Fault =
  // Connection
  /** The port is closed (ECONNREFUSED), or every new connection reset. With a rule `path`: the request is reset. */
  | { kind: "refuse"; how?: "closed" | "reset" }
  /** Answers, but only after `waitMs`. */
  | { kind: "delay"; waitMs: number }
  /** Reads the request and never says a word. */
  | { kind: "hang-before-headers" }
  | { kind: "reset-before-headers" }
  | { kind: "close-before-headers" }
  /** RST on a connection that has served before: the keep-alive race. */
  | { kind: "reset-on-reuse" }
  // Broken in the middle: after `after` frames (2) of a stream, half-way through any other body
  | { kind: "hang-mid-stream"; after?: number }
  | { kind: "reset-mid-stream"; after?: number }
  /** FIN in the middle; `clean` ends the HTTP body properly, so only the terminal marker is missing. */
  | { kind: "close-mid-stream"; after?: number; clean?: boolean }
  /** The rest comes `bytes` (1) at a time, `everyMs` (10,000) apart. */
  | { kind: "slow-bytes"; bytes?: number; everyMs?: number }
  /** A stream repeats one frame, any other body goes on with blanks, `everyMs` (0) apart, for ever. */
  | { kind: "never-ending"; everyMs?: number }
  // HTTP framing
  | { kind: "duplicate-content-length" }
  /** Announces `extraBytes` (100) more than it sends. */
  | { kind: "content-length-mismatch"; extraBytes?: number }
  | { kind: "bad-chunk" }
  | { kind: "huge-headers"; bytes?: number }
  /** `content-encoding: gzip, gzip, …`, `times` (5,000) over. */
  | { kind: "content-encoding-chain"; times?: number }
  | { kind: "http-1.0" }
  /** 100 and 103 before the answer, though nobody asked. */
  | { kind: "informational" }
  | { kind: "trailers" }
  /** `Date` off by `offsetMs`. */
  | { kind: "date-skew"; offsetMs: number }
  // Status
  /** Any status. `body` is sent as JSON unless it is text; absent, it is the protocol's error. */
  | {
      kind: "status";
      code: number;
      body?: unknown;
      headers?: { [name: string]: string };
      retryAfterDateMs?: number;
    }
  /** To `to` (the same address), with `code` (307). */
  | { kind: "redirect"; to?: string; code?: number }
  /** Repeats the caller's credential in an error, in an otherwise good JSON answer, or in a header. */
  | { kind: "echo-authorization"; where?: "error" | "body" | "header" }
  // Bodies
  | { kind: "html-200" }
  | { kind: "empty-200" }
  | { kind: "null-body" }
  | { kind: "array-body" }
  /** The right body under a wrong label (`text/html`). */
  | { kind: "wrong-content-type"; contentType?: string }
  | { kind: "bom" }
  /** Half of the answer, properly ended. */
  | { kind: "half-json" }
  /** `megabytes` (1,024) in one line. */
  | { kind: "giant-line"; megabytes?: number }
  /** Small on the wire, `megabytes` (1,024) decoded, though nobody asked for an encoding. */
  | { kind: "gzip-bomb"; encoding?: "gzip" | "br" | "deflate"; megabytes?: number }
  /** A stream was asked for, one JSON document comes. */
  | { kind: "json-for-stream" }
  | { kind: "sse-for-non-stream" }
  // Stream frames
  /** A bare `{"error": …}` line after `after` (2) frames, then the end. */
  | { kind: "error-line-mid-stream"; after?: number; message?: string }
  /** The error as a data event, as `event: error`, or as a chunk that carries `error` beside its choices. */
  | { kind: "sse-error-event"; after?: number; how?: "data" | "event" | "chunk"; message?: string }
  /** Adds `event:`, `id:` and `retry:` fields to each event. */
  | { kind: "sse-fields" }
  /** Comments (SSE) or blank lines (NDJSON) before each frame. */
  | { kind: "comments" }
  | { kind: "line-endings"; eol: "crlf" | "cr" }
  /** Each piece of `bytes` (1) in a segment of its own: cuts through UTF-8, fields and lines. */
  | { kind: "split-every-n-bytes"; bytes?: number }
  /** The text contains what looks like the end of a stream. */
  | { kind: "done-inside-string" }
  | { kind: "two-dones" }
  /** Everything but the last marker; with `finish`, without the finish chunk and usage as well. */
  | { kind: "missing-done"; finish?: boolean }
  /** The last piece of content, or the tool calls, ride on the frame that ends the answer. */
  | { kind: "done-with-payload" }
  // Model lists
  | { kind: "list-huge"; count?: number }
  | { kind: "list-duplicates" }
  | { kind: "list-hostile-ids" }
  | { kind: "list-shape"; shape: "data" | "models" | "array" | "null" | "strings" }
  // Whatever is missing above
  /** Replaces each frame's value: one value, several, or text sent as it is. */
  | { kind: "rewrite-frames"; rewrite: (value: unknown, index: number) => unknown[] }
  | { kind: "rewrite-body"; rewrite: (body: unknown) => unknown }
  /** Byte for byte what you write, status line included; the connection ends with it. */
  | {
      kind: "script";
      steps: (
        | { send: string | Uint8Array }
        | { waitMs: number }
        | { end: "finish" | "close" | "reset" | "hang" }
      )[];
    };

export type FaultKind = Fault["kind"];
export type FaultOf<K extends FaultKind> = Extract<Fault, { kind: K }>;
