import { createModelSchema, updateModelSchema } from "@corral/core";
import { describe, expect, it } from "vitest";

import {
  emptyModel,
  fromDetail,
  listChanges,
  type ModelDetail,
  suggestId,
  toCreateInput,
  toUpdateInput,
} from "./model-draft.ts";

const detail: ModelDetail = {
  uid: "u1",
  lifecycle: null,
  id: "acme/support-triage",
  name: "Support triage",
  kind: "custom",
  description: "Sorts tickets.",
  tags: ["support"],
  capabilities: {},
  contextLength: null,
  provider: "ollama",
  status: "base_missing",
  isActive: true,
  hidden: false,
  visibility: "private",
  ownerId: "o1",
  ownerName: "Ada",
  baseModelId: null,
  mayWrite: true,
  callable: false,
  revision: 4,
  createdAt: "2026-11-01T00:00:00.000Z",
  updatedAt: "2026-11-01T00:00:00.000Z",
  limits: {
    contextLength: { source: "unknown", value: null },
    maxOutputTokens: { source: "unknown", value: null },
  },
  suggestionPrompts: [],
  definition: {
    params: { system: "Be brief.", temperature: 0.2 },
    paramModes: { temperature: "fixed" },
    meta: { description: "Sorts tickets.", tags: [{ name: "support" }], toolIds: ["t1"], extra: { a: 1 } },
    access: { kind: "private" },
    baseAccess: "delegate",
    baseId: "gpt-4o",
  },
};

describe("a model draft", () => {
  it("of an untouched model changes nothing", () => {
    const draft = fromDetail(detail);

    expect(listChanges(draft, fromDetail(detail))).toEqual([]);
    expect(updateModelSchema.parse(toUpdateInput(draft, detail))).toEqual({ id: detail.id, revision: 4 });
  });

  it("keeps a base model that has vanished", () => {
    expect(fromDetail(detail).baseModelId).toBe("gpt-4o");
  });

  it("sends a parameter only when it is set", () => {
    const draft = { ...fromDetail(detail), params: {}, system: "" };

    expect(updateModelSchema.parse(toUpdateInput(draft, detail)).params).toStrictEqual({});
    expect(
      createModelSchema.parse(toCreateInput({ ...emptyModel, id: "a", name: "A" })).params,
    ).toStrictEqual({});
  });

  it("keeps what this page does not edit", () => {
    const input = toUpdateInput({ ...fromDetail(detail), tags: "support, eu", hidden: true }, detail);

    expect(input.meta).toEqual({
      description: "Sorts tickets.",
      tags: ["support", "eu"],
      hidden: true,
      toolIds: ["t1"],
      extra: { a: 1 },
    });
  });

  it("of a base model without settings of its own names no revision", () => {
    const base: ModelDetail = { ...detail, kind: "base", revision: null };

    expect(toUpdateInput({ ...fromDetail(base), hidden: true }, base)).not.toHaveProperty("revision");
  });

  it("suggests ids that keep dots and letters of any script", () => {
    expect(suggestId("Llama 3.1 — Prüfung!")).toBe("llama-3.1-prüfung");
  });
});
