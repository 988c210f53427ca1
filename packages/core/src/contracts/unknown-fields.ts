import type { ScriptedReply } from "../testing/scripted-upstream.ts";

const unknown = { x_of_a_later_version: { nested: [1, null, "x"] } };

/** The same reply from a later version of its server, which says more: a new field in each JSON object of its body. */
export function withUnknownFields(reply: ScriptedReply): ScriptedReply {
  if ("never" in reply || typeof reply.body !== "string") return reply;
  return { ...reply, body: reply.body.split("\n").map(withUnknownField).join("\n") };
}

/** A line may be a document, or an object behind the name of its field, as in server-sent events. */
function withUnknownField(line: string): string {
  const [, field = "", json = ""] = /^([a-z]+: ?)?(\{.*\})\r?$/u.exec(line) ?? [];
  try {
    // safe: only spread, whatever it holds
    return json === "" ? line : field + JSON.stringify({ ...unknown, ...(JSON.parse(json) as object) });
  } catch {
    return line;
  }
}
