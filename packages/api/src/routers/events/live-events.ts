import { liveTopics, type LiveEvent } from "@corral/core";
import { tracked, type TrackedEnvelope } from "@trpc/server";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";
import { zAsyncIterable } from "../../z-async-iterable.ts";

/** What changes, as the caller may know it. A lost stream resumes by its last id, or gets one `reset`. */
export const liveEvents = memberProcedure("models:read")
  .input(
    z
      .strictObject({
        /** Absent: all of them. */
        topics: z.array(z.enum(liveTopics)).min(1).max(liveTopics.length).optional(),
        lastEventId: z.string().max(128).nullish(),
      })
      .default({}),
  )
  .output(zAsyncIterable<TrackedEnvelope<LiveEvent>>())
  .subscription(async function* ({ ctx, input }) {
    const { lastEventId, topics } = input;
    const options = { signal: ctx.beginCall(), ...(topics && { topics }) };
    const listening = typeof lastEventId === "string" ? { ...options, lastEventId } : options;
    for await (const { id, event } of ctx.services.events.listen(ctx.actor, listening)) {
      yield tracked<LiveEvent>(id, event);
    }
  });
