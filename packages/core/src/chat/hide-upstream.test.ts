import { describe, expect, test } from "vitest";
import { DomainError } from "../error/domain-error.ts";
import { hideUpstream } from "./hide-upstream.ts";

const disguise = {
  asked: "support-bot",
  hidden: ["llama3.2:latest", "team/base-1"],
  host: "gpu1.corp.example",
};

function hidden(message: string): string {
  const error = hideUpstream(new DomainError("upstream_rejected", message), disguise);
  return error instanceof Error ? error.message : "";
}

describe("what a provider says reaches a reader without", () => {
  test.each([
    ["the base's id", '"llama3.2:latest" has no tools', '"support-bot" has no tools'],
    ["its short form", "model 'llama3.2' not found", "model 'support-bot' not found"],
    ["its path in a registry", "registry.ollama.ai/library/llama3.2:latest failed", "support-bot failed"],
    ["ids along the chain", "team/base-1: no, team/base-1.", "support-bot: no, support-bot."],
    ["the endpoint's name", "proxy gpu1.corp.example is down", "proxy [address] is down"],
    ["anything that looks like a pattern", "llama3x2 stays", "llama3x2 stays"],
    ["other models' names", "llama3.2-vision and my-llama3.2 stay", "llama3.2-vision and my-llama3.2 stay"],
  ])("%s", (_, said, expected) => {
    expect(hidden(said)).toBe(expected);
  });

  test("changing what is not about it", () => {
    const error = new DomainError("upstream_timeout");

    expect(hideUpstream(error, disguise)).toBe(error);
    expect(hideUpstream("no error", disguise)).toBe("no error");
  });

  test("losing code and details", () => {
    const error = new DomainError("upstream_rejected", "llama3.2 says no", {
      details: { param: "temperature" },
    });

    expect(hideUpstream(error, disguise)).toMatchObject({
      code: "upstream_rejected",
      details: { param: "temperature" },
    });
  });

  test("taking a name for a pattern", () => {
    const odd = { asked: "x", hidden: ["a+b(c)[d]{1}|^$\\e-f/g"], host: "localhost" };

    expect(
      hideUpstream(new DomainError("upstream_error", "a+b(c)[d]{1}|^$\\e-f/g broke on localhost"), odd),
    ).toMatchObject({
      message: "x broke on localhost",
    });
  });
});
