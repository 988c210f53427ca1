import { connect } from "@corral/db/testing";
import { z } from "zod";
import type { Lab } from "./lab.ts";
import type { CorralServer } from "./start-corral.ts";

/** The custom model that chats are sent to: over a base with settings of its own, shared with one group. */
export const assistant = "bench-assistant";
export const assistantPrompt = "You answer briefly and in the language of the question.";

/** Makes the assistant over a base. @returns The API key of a member who may call it. */
export async function createAssistant(
  { administrator, members }: Lab,
  corral: CorralServer,
  base: string,
): Promise<string> {
  const [member = administrator] = members;
  const as = administrator;
  const created = z.looseObject({ id: z.string() });
  const nobody = { groupIds: [], userIds: [] };
  const groupId = await findGroupOf(corral.databaseUrl, member.id);
  const override = {
    id: base,
    name: "The base",
    baseModelId: null,
    params: { top_p: 0.9, temperature: 0.2 },
  };
  await corral.mutate("models.create", override, { as, schema: created });
  const custom = {
    id: assistant,
    name: "Bench assistant",
    baseModelId: base,
    params: { system: assistantPrompt, temperature: 0.7, max_tokens: 512 },
    access: { kind: "restricted", read: { groupIds: [groupId], userIds: [] }, write: nobody },
  };
  await corral.mutate("models.create", custom, { as, schema: created });
  const { key } = await corral.mutate("keys.replaceDefault", undefined, {
    as: member,
    schema: z.looseObject({ key: z.string() }),
  });
  return key;
}

async function findGroupOf(databaseUrl: string, userId: string): Promise<string> {
  await using client = await connect(databaseUrl);
  const { rows } = await client.query<{ id: string }>(
    "select group_id as id from group_members where user_id = $1 limit 1",
    [userId],
  );
  return rows[0]?.id ?? "";
}
