export type { GetToken, ProviderAuth } from "./auth/provider-auth.ts";
export { collectCompletion } from "./chat/collect-completion.ts";
export { convertStream, startStream, type PartBatches, type StreamConverter } from "./chat/convert-stream.ts";
export { newCallId } from "./chat/new-call-id.ts";
export { toTokenLogprobs } from "./chat/to-token-logprobs.ts";
export { toEmbedding } from "./embeddings/to-embedding.ts";
export { redact } from "./error/redact.ts";
export { toTransportError } from "./error/to-transport-error.ts";
export { toUpstreamError, type UpstreamFailure } from "./error/to-upstream-error.ts";
export {
  asArray,
  asCount,
  asNumber,
  asObject,
  asText,
  invalidResponse,
  parseUpstreamJson,
} from "./json/read-json.ts";
export { toModelList } from "./models/to-model-list.ts";
export { assertOutboundUrl } from "./outbound/assert-outbound-url.ts";
export { isOutboundAddress, type AddressPolicy } from "./outbound/outbound-address.ts";
export type { ParamTableRow } from "./params/param-table-row.ts";
export { pause } from "./reliability/pause.ts";
export type { RetrySettings } from "./reliability/retry-delay.ts";
export type { FrameParser } from "./stream/frame-parser.ts";
export { asTruncated, createNdjsonParser, truncatedAnswer } from "./stream/ndjson-parser.ts";
export { readBodyText } from "./stream/read-body.ts";
export { createServerSentEventsParser, type ServerSentEvent } from "./stream/server-sent-events-parser.ts";
export type { Authorize } from "./transport/authorize.ts";
export { fetchTransport } from "./transport/fetch-transport.ts";
export {
  StaleSocketError,
  type ByteSource,
  type HttpRequest,
  type HttpResponse,
  type HttpTransport,
  type TakeBytes,
} from "./transport/http-transport.ts";
export type { UpstreamAnswer } from "./transport/upstream-answer.ts";
export {
  parseAnswer,
  UpstreamEndpoint,
  type UpstreamEndpointOptions,
} from "./transport/upstream-endpoint.ts";
export { UploadBody, type UpstreamRequest } from "./transport/upstream-request.ts";
