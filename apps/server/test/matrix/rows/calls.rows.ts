import { readers } from "../expectations.ts";
import { mutation, streamed, query, type Row } from "../row.ts";

const messages = [{ role: "user", content: "hi" }];
/** Whoever may read the model, by a key that may call, and that may name it. */
const ofTheModel = { people: "DDD HAAAA AH", keys: "ADAAHD A" };

export const rows: readonly Row[] = [
  {
    door: "chat.complete",
    ...ofTheModel,
    call: ({ model }) => mutation("chat.complete", { model, messages }),
  },
  {
    door: "chat.stream",
    ...ofTheModel,
    call: ({ model }) => streamed("chat.stream", { model, messages }),
  },
  {
    door: "chat.complete",
    people: "DDD HHHHH AA",
    keys: "HDHHHD A",
    call: ({ privateBase }) => mutation("chat.complete", { model: privateBase, messages }),
    about: "with a base model",
  },
  {
    door: "chat.complete",
    people: "DDD HAAAA AH",
    keys: "ADAHHD A",
    call: ({ alias }) => mutation("chat.complete", { model: alias, messages }),
    about: "with an alias",
  },
  // an id of another time gets an event at once
  { door: "events.live", ...readers, call: () => query("events.live", { lastEventId: "old.1" }) },
];
