import { describe, expect, it } from "vitest";

import {
  choiceParam,
  createUrlCodec,
  listParam,
  parseSearch,
  rangeParam,
  sortParam,
  stringifySearch,
  textParam,
} from "./url-state.ts";

const codec = createUrlCodec({
  q: textParam(),
  status: listParam(["ready", "degraded"]),
  tag: listParam(),
  ctx: rangeParam(),
  view: choiceParam(["all", "created"], "all"),
  sort: sortParam(["name", "updated"], { key: "name", descending: false }),
});

describe("the address of a list", () => {
  it("stays clean while nothing has been chosen", () => {
    expect(codec.format(codec.initial)).toEqual({});
    expect(stringifySearch(codec.format(codec.initial))).toBe("");
  });

  it("reads back what it wrote, through a real address", () => {
    const state = {
      ...codec.initial,
      q: "qwen & co = 100% ?#",
      status: ["ready", "degraded"] as const,
      tag: ["a,b", "50%2C", "plain"],
      ctx: { min: 100_000, max: 2_000_000 },
      view: "created" as const,
      sort: { key: "updated" as const, descending: true },
    };

    const address = stringifySearch(codec.format(state));
    const read = codec.parse(parseSearch(address));

    expect(read).toEqual({ state, dropped: [] });
  });

  it("stays readable", () => {
    const search = codec.format({
      ...codec.initial,
      status: ["ready", "degraded"],
      ctx: { min: 100_000 },
      sort: { key: "updated", descending: true },
    });

    expect(stringifySearch(search)).toBe("?status=ready,degraded&ctx=100k..&sort=-updated");
  });

  it.each([
    ["status", "ready,broken"],
    ["ctx", "many"],
    ["ctx", "1.2.3..4"],
    ["view", "theirs"],
    ["sort", "-price"],
  ])("drops %s=%s, says so, and keeps the rest", (key, text) => {
    const { state, dropped } = codec.parse({ q: "gpt", [key]: text });

    expect(state).toEqual({ ...codec.initial, q: "gpt" });
    expect(dropped).toEqual([key]);
  });

  it("ignores keys of others", () => {
    expect(codec.parse({ peek: "gpt-5.4", other: "x" })).toEqual({ state: codec.initial, dropped: [] });
  });

  it("does not share filters between two tables of one page", () => {
    const usage = createUrlCodec({ q: textParam() }, "usage-");

    expect(usage.format({ q: "gpt" })).toEqual({ "usage-q": "gpt" });
    expect(usage.parse({ q: "other table" }).state).toEqual({ q: "" });
  });
});
