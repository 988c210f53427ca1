import type { ChatStreamPart } from "../chat/chat-stream-part.ts";

/**
 * What is wrong with the order of an answer's parts; empty when nothing is.
 *
 * `completion`: a continued prompt has no message to start, so `message-start` may be missing.
 */
export function disorderOf(parts: readonly ChatStreamPart[], kind: "chat" | "completion" = "chat"): string[] {
  const started = new Set<number>();
  const finished = new Set<number>();
  const openCalls = new Set<string>();
  const problems: string[] = [];
  let usages = 0;
  for (const part of parts) {
    if (part.type === "usage") {
      usages += 1;
      if (usages > 1) problems.push("a second usage");
      if (finished.size > 0) problems.push("usage after a finish");
      continue;
    }
    if (part.type === "raw") continue;
    if (finished.has(part.choice)) problems.push(`${part.type} after the finish of its choice`);
    if (part.type === "message-start") {
      if (started.has(part.choice)) problems.push("a second message-start");
      started.add(part.choice);
    } else if (!started.has(part.choice)) {
      if (kind === "chat") problems.push(`${part.type} before message-start`);
      else started.add(part.choice);
    }
    if (part.type === "finish") {
      finished.add(part.choice);
      if (openCalls.size > 0) problems.push("finish before tool-call-end");
    }
    if ("index" in part) trackCall(part, openCalls, problems);
  }
  if (started.size === 0 || finished.size !== started.size) problems.push("not every choice has a finish");
  return problems;
}

function trackCall(
  part: Extract<ChatStreamPart, { index: number }>,
  openCalls: Set<string>,
  problems: string[],
): void {
  const call = `${part.choice}/${part.index}`;
  if (part.type === "tool-call-start") openCalls.add(call);
  else if (!openCalls.has(call)) problems.push(`${part.type} without tool-call-start`);
  if (part.type === "tool-call-end") openCalls.delete(call);
}
