import { z } from "zod";

import type { LlamaServer } from "./start-llama-server.ts";

const slotsSchema = z.array(
  z.looseObject({ is_processing: z.boolean(), n_prompt_tokens: z.number().default(0) }),
);

export type Slots = {
  /** Calls that the server works on right now. */
  readonly busy: number;
  /** The longest prompt with its answer so far, of the last call of each slot. A full context was not stopped. */
  readonly longest: number;
};

/** What the server does, by its own word. */
export async function readSlots(server: LlamaServer): Promise<Slots> {
  const response = await fetch(`${server.baseUrl}/slots`, { signal: AbortSignal.timeout(2_000) });
  const slots = slotsSchema.parse(await response.json());
  return {
    busy: slots.filter((slot) => slot.is_processing).length,
    longest: Math.max(...slots.map((slot) => slot.n_prompt_tokens)),
  };
}
