/** How one protocol sends a text piece by piece. */
export type WireFrames = {
  readonly type: string;
  /** One chunk as JSON. @param text As it stands between the quotes of a JSON string. */
  readonly document: (text: string) => string;
  /** One chunk on the wire. */
  readonly frame: (text: string) => string;
  /** The last bytes of a complete answer. */
  readonly end: string;
};

const head = `{"id":"chatcmpl-BenchOfStreams0001","object":"chat.completion.chunk","created":1763000000,"model":"stream-base","service_tier":"default","system_fingerprint":"fp_44709d6fcb","choices":[{"index":0,`;
const toChunk = (text: string): string =>
  `${head}"delta":{"content":"${text}"},"logprobs":null,"finish_reason":null}]}`;

export const openaiFrames: WireFrames = {
  type: "text/event-stream; charset=utf-8",
  document: toChunk,
  frame: (text) => `data: ${toChunk(text)}\n\n`,
  end: `data: ${head}"delta":{},"logprobs":null,"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`,
};

const line = `{"model":"stream-base:latest","created_at":"2026-11-23T04:05:06.123456789Z","message":{"role":"assistant","content":"`;
const toLine = (text: string): string => `${line}${text}"},"done":false}`;

export const ollamaFrames: WireFrames = {
  type: "application/x-ndjson",
  document: toLine,
  frame: (text) => `${toLine(text)}\n`,
  end: `${line}"},"done":true,"done_reason":"stop","total_duration":5000000000,"load_duration":1000000,"prompt_eval_count":26,"prompt_eval_duration":130000000,"eval_count":250,"eval_duration":4800000000}\n`,
};
