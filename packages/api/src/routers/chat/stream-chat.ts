import type { ChatStream } from "@corral/core";
import { memberProcedure } from "../../trpc.ts";
import { chatInputSchema, type ChatEvent } from "./chat-schemas.ts";
import { toChatEvent } from "./to-chat-event.ts";
import { zAsyncIterable } from "../../z-async-iterable.ts";

/**
 * An answer step by step. Access, base and params are settled and the endpoint has begun before the generator is
 * returned, so that early failures are proper errors.
 */
export const streamChat = memberProcedure("gateway:invoke")
  .input(chatInputSchema)
  .output(zAsyncIterable<ChatEvent>())
  .mutation(async ({ ctx, input }) => {
    const context = { signal: ctx.beginStream() };
    return toEvents(await ctx.services.chat.stream(ctx.actor, { ...input, prefer: "parts" }, context));
  });

async function* toEvents(stream: ChatStream): AsyncGenerator<ChatEvent, void, void> {
  yield { type: "start", model: stream.model, notes: [...stream.notes] };
  for await (const batch of stream.batches) {
    for (const part of batch) {
      const event = toChatEvent(part);
      if (event !== undefined) yield event;
    }
  }
}
