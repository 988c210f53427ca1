import { memberProcedure } from "../../trpc.ts";
import { chatAnswerSchema, chatInputSchema, toChatAnswer } from "./chat-schemas.ts";

/** A whole answer. */
export const completeChat = memberProcedure("gateway:invoke")
  .input(chatInputSchema)
  .output(chatAnswerSchema)
  .mutation(async ({ ctx, input }) => {
    const context = { signal: ctx.beginCall() };
    return toChatAnswer(await ctx.services.chat.complete(ctx.actor, { ...input, prefer: "parts" }, context));
  });
