import { memberProcedure } from "../../trpc.ts";
import { chatAnswerSchema, chatInputSchema, toChatAnswer } from "./chat-schemas.ts";

/** A whole answer. */
export const completeChat = memberProcedure("gateway:invoke")
  .input(chatInputSchema)
  .output(chatAnswerSchema)
  .mutation(async ({ ctx, input, signal }) => {
    const context = { signal: signal ?? new AbortController().signal };
    return toChatAnswer(await ctx.services.chat.complete(ctx.actor, { ...input, prefer: "parts" }, context));
  });
