import { openai } from "./profiles/base-profiles.ts";
import { hostedProfiles } from "./profiles/hosted-profiles.ts";
import { localProfiles } from "./profiles/local-profiles.ts";
import type { OpenAIProfile } from "./profiles/openai-profile.ts";

/** One row a product; a new product is a new row. */
export const openAIProfiles = {
  openai,
  ...localProfiles,
  ...hostedProfiles,
} satisfies { [name: string]: OpenAIProfile };

export type OpenAIProfileName = keyof typeof openAIProfiles;
