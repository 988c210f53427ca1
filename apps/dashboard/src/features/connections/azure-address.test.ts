import { expect, it } from "vitest";

import { previewChatUrl, readTargetUri } from "./azure-address.ts";

const resource = "https://acme.openai.azure.com";

it.each([
  [resource, "2024-10-21", `${resource}/openai/deployments/gpt-chat/chat/completions?api-version=2024-10-21`],
  [resource, "", `${resource}/openai/v1/chat/completions`],
  [`${resource}/openai/v1/`, "", `${resource}/openai/v1/chat/completions`],
  [`${resource}/openai/v1`, "preview", `${resource}/openai/v1/chat/completions?api-version=preview`],
  [
    "https://apim.example.com/openai/team",
    "",
    "https://apim.example.com/openai/team/openai/v1/chat/completions",
  ],
  ["acme", "", undefined],
])("shows where %s with the version %j is called", (address, version, expected) => {
  expect(previewChatUrl(address, version, "gpt-chat")).toBe(expected);
});

it("takes apart the target URI that Azure's portal shows, and nothing else", () => {
  const target = `${resource}/openai/deployments/gpt-chat/chat/completions?api-version=2025-01-01-preview`;

  expect(readTargetUri(target)).toEqual({
    url: resource,
    apiVersion: "2025-01-01-preview",
    deployment: "gpt-chat",
  });
  expect(readTargetUri(resource)).toBeUndefined();
  expect(readTargetUri(`${resource}/openai/v1`)).toBeUndefined();
  expect(readTargetUri(`${resource}/openai/deployments/gpt-chat`)).toBeUndefined();
  expect(readTargetUri("https:/")).toBeUndefined();
});
