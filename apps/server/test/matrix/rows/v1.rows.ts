import { callers } from "../expectations.ts";
import { type Row } from "../row.ts";

const messages = [{ role: "user", content: "hi" }];
const ofTheModel = { people: "DDD HAAAA AH", keys: "ADAAHD A" };
const chat = "POST /v1/chat/completions";

export const rows: readonly Row[] = [
  { door: "GET /v1/models", ...callers, call: () => ({ path: "/v1/models" }) },
  { door: "GET /v1/models/*", ...ofTheModel, call: ({ model }) => ({ path: `/v1/models/${model}` }) },
  {
    door: "GET /v1/models/*",
    people: "DDD HHHHH AA",
    keys: "HDHHHD A",
    call: ({ privateBase }) => ({ path: `/v1/models/${privateBase}` }),
    about: "of a base model",
  },
  {
    door: "GET /v1/models/*",
    people: "DDD HAAAA AH",
    keys: "ADAHHD A",
    call: ({ alias }) => ({ path: `/v1/models/${alias}` }),
    about: "of an alias",
  },
  {
    door: chat,
    ...ofTheModel,
    call: ({ model }) => ({
      method: "POST",
      path: "/v1/chat/completions",
      body: { model, messages },
    }),
  },
  {
    door: chat,
    ...ofTheModel,
    call: ({ model }) => ({
      method: "POST",
      path: "/v1/chat/completions",
      body: { model, messages, stream: true },
    }),
    about: "streamed",
  },
  {
    door: "POST /v1/embeddings",
    ...ofTheModel,
    call: ({ model }) => ({
      method: "POST",
      path: "/v1/embeddings",
      body: { model, input: "hi" },
    }),
  },
];
