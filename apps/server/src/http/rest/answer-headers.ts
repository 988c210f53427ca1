/** Headers that mean something to a program, with what they mean. An answer has no others of that kind. */
export const answerHeaders = {
  "x-request-id": { type: "string", text: "Names the request in the server's log and in the audit." },
  "x-corral-revision": {
    type: "string",
    text: "The catalog that the answer was made from, `<epoch>.<n>`; what `x-corral-min-revision` takes.",
  },
  "retry-after": { type: "integer", text: "In how many seconds to try again, where that is known." },
  "x-should-retry": {
    type: "string",
    text: "Whether the same request may succeed later, `true` or `false`.",
  },
  "x-corral-attempts": {
    type: "integer",
    text: "How many requests it took at providers, where it was not one.",
  },
  "x-corral-param-notes": {
    type: "string",
    text: "What was renamed, converted, clamped or dropped in the parameters that were sent.",
  },
  deprecation: {
    type: "string",
    text: "Since when the model is deprecated, `@<seconds since 1970>` (RFC 9745).",
  },
  sunset: { type: "string", text: "When the model is retired (RFC 8594)." },
  link: { type: "string", text: "The model that comes after one that is deprecated." },
  etag: { type: "string", text: "Names these bytes; send it back as `If-None-Match`." },
} as const satisfies Readonly<Record<string, { readonly type: "string" | "integer"; readonly text: string }>>;

export type AnswerHeader = keyof typeof answerHeaders;

/** Of every call of a model, however it ends. */
export const callHeaders = [
  "deprecation",
  "sunset",
  "link",
  "x-corral-param-notes",
  "x-corral-attempts",
] as const satisfies readonly AnswerHeader[];
