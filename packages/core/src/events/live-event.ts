import { z } from "zod";

export const liveTopics = [
  "models",
  "connections",
  "health",
  "users",
  "groups",
  "keys",
  "policies",
  "discovery",
  "ollama",
  "settings",
] as const;
export type LiveTopic = (typeof liveTopics)[number];

/**
 * Something changed: fetch it again. `uids` lists the objects that the listener may know of; an empty list means that
 * the whole topic may differ. `reset` says that events were missed and everything should be fetched again.
 */
export const liveEventSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("changed"),
    topic: z.enum(liveTopics),
    uids: z.array(z.string()),
    revision: z.string(),
  }),
  z.strictObject({ kind: z.literal("reset"), revision: z.string() }),
]);
export type LiveEvent = z.output<typeof liveEventSchema>;
