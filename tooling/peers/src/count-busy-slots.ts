import { z } from "zod";

import type { LlamaServer } from "./start-llama-server.ts";

const slotsSchema = z.array(z.looseObject({ is_processing: z.boolean() }));

/** How many calls the server works on right now, by its own word. */
export async function countBusySlots(server: LlamaServer): Promise<number> {
  const response = await fetch(`${server.baseUrl}/slots`, { signal: AbortSignal.timeout(2_000) });
  return slotsSchema.parse(await response.json()).filter((slot) => slot.is_processing).length;
}
