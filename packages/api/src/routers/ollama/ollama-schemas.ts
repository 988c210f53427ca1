import { z } from "zod";

/** Which server: an Ollama connection. */
export const onServerSchema = z.strictObject({ connectionUid: z.uuid() });

const nameSchema = z.string().trim().min(1).max(512);

/** One model on one server, by Ollama's name. */
export const modelOnServerSchema = onServerSchema.extend({ model: nameSchema });
export const copySchema = onServerSchema.extend({ source: nameSchema, destination: nameSchema });
export const pullOnServerSchema = onServerSchema.extend({ id: z.uuid() });
/** The operation was carried out. */
export const doneSchema = z.strictObject({ done: z.literal(true) });
export const done = { done: true } as const;
