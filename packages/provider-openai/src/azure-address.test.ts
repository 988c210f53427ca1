import { describe, expect, test } from "vitest";
import { toAzureAddress, toAzurePath } from "./azure-address.ts";

const res = "https://res.openai.azure.com";
const urlOf = (baseUrl: string, apiVersion?: string, deployment = "chat-prod"): string => {
  const address = toAzureAddress(baseUrl, apiVersion);
  return address.root + toAzurePath(address, "/chat/completions", deployment);
};

describe("[vector 55] what people paste", () => {
  const classic = `${res}/openai/deployments/chat-prod/chat/completions?api-version=2024-10-21`;
  const v1 = `${res}/openai/v1/chat/completions`;
  test.each([
    ["the resource's name", "res", undefined, v1],
    ["its endpoint", `${res}/`, undefined, v1],
    ["its endpoint with a version", `${res}/`, "2024-10-21", classic],
    ["with /openai", `${res}/openai/`, "2024-10-21", classic],
    ["the v1 base URL", `${res}/openai/v1/`, undefined, v1],
    ["the v1 surface's version", `${res}/openai/v1`, "preview", `${v1}?api-version=preview`],
    ["a v1 route", `${res}/openai/v1/chat/completions`, undefined, v1],
    [
      "a target URI",
      `${res}/openai/deployments/gpt/chat/completions?api-version=2024-10-21`,
      undefined,
      classic,
    ],
    [
      "a target URI and another version",
      `${res}/openai/deployments/gpt?api-version=2024-06-01`,
      "2024-10-21",
      classic,
    ],
    ["a responses URI", `${res}/openai/responses?api-version=2024-10-21`, undefined, classic],
    [
      "a project of Foundry",
      "https://res.services.ai.azure.com/api/projects/demo",
      undefined,
      "https://res.services.ai.azure.com/api/projects/demo/openai/v1/chat/completions",
    ],
    [
      "a project's v1 base URL",
      "https://res.services.ai.azure.com/api/projects/demo/openai/v1",
      undefined,
      "https://res.services.ai.azure.com/api/projects/demo/openai/v1/chat/completions",
    ],
    [
      "a proxy's path",
      "https://proxy.test/x/openai-v1",
      undefined,
      "https://proxy.test/x/openai-v1/openai/v1/chat/completions",
    ],
    [
      "a proxy called openai",
      "https://proxy.test/openai/team",
      undefined,
      "https://proxy.test/openai/team/openai/v1/chat/completions",
    ],
    [
      "a deployment called openai",
      `${res}/openai/deployments/openai?api-version=2024-10-21`,
      undefined,
      classic,
    ],
  ])("%s", (...[, baseUrl, apiVersion, url]) => {
    expect(urlOf(baseUrl, apiVersion)).toBe(url);
  });

  test("takes the deployment from its address", () => {
    const { deployment } = toAzureAddress(
      `${res}/openai/deployments/my%2Dgpt/embeddings?api-version=2024-10-21`,
    );

    expect(deployment).toBe("my-gpt");
  });

  test.each([
    ["user@host/#", undefined, "invalid_input"],
    ["res/../../x", undefined, "invalid_input"],
    ["res.openai.azure.com", undefined, "invalid_input"],
    ["-res", undefined, "invalid_input"],
    ["r".repeat(64), undefined, "invalid_input"],
    ["", undefined, "invalid_input"],
    ["http://res.openai.azure.com", undefined, "invalid_input"],
    ["https://user:pass@res.openai.azure.com", undefined, "outbound_denied"],
    [`${res}/openai?api-version=2024-10-21&x=1`, undefined, "outbound_denied"],
    [`${res}/#@evil.test`, undefined, "outbound_denied"],
    ["http://169.254.169.254/openai", undefined, "outbound_denied"],
    [`${res}/openai/v1`, "2024-10-21", "invalid_input"],
    [`${res}/openai/deployments/gpt`, undefined, "invalid_input"],
    [`${res}/openai/deployments/%E0%A4%A`, "2024-10-21", "invalid_input"],
    [res, "2024-10-21&x=1", "invalid_input"],
    [res, "latest", "invalid_input"],
  ])("refuses %j with version %j", (baseUrl, apiVersion, code) => {
    expect(() => toAzureAddress(baseUrl, apiVersion)).toThrow(expect.objectContaining({ code }));
  });
});

describe("[vector 55] names of deployments", () => {
  test.each(["gpt-4o", "gpt_4.1-mini", "v1", "deployments", "a..b", "My model", "a:b", "1"])(
    "%j stays one segment",
    (name) => {
      const { pathname, search } = new URL(urlOf(res, "2024-10-21", name));

      expect(pathname.split("/").map(decodeURIComponent)).toEqual([
        "",
        "openai",
        "deployments",
        name,
        "chat",
        "completions",
      ]);
      expect(search).toBe("?api-version=2024-10-21");
    },
  );

  test.each([
    "../../admin/x",
    "..",
    ".",
    "a?b",
    "a#b",
    "%2e%2e%2f",
    "%2e",
    "a/b",
    "a\\b",
    "..\\x",
    "a\u0000",
    "a\r\nb",
    "\ud800",
    "．．",
    "",
    "x".repeat(129),
  ])("%j is refused", (name) => {
    expect(() => urlOf(res, "2024-10-21", name)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });
});
