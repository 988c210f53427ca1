import { capabilityNames, modelQuerySchema, modelStatuses, providerKinds } from "@corral/core";
import { expect, it } from "vitest";

import { catalogCodec, clearedFilters, isFiltered, toModelQuery } from "./catalog-codec.ts";

const search = {
  q: " qwen ",
  status: "ready,degraded",
  cap: "tools",
  tag: "a,b%2Cc",
  kind: "custom",
  sort: "-updated",
};

it("asks the server what the address says", () => {
  const { state, dropped } = catalogCodec.parse(search);

  expect(dropped).toEqual([]);
  expect(modelQuerySchema.parse(toModelQuery(state))).toMatchObject({
    query: "qwen",
    status: ["ready", "degraded"],
    capability: ["tools"],
    tags: ["a", "b,c"],
    kind: "custom",
    sort: "updated",
    direction: "desc",
  });
});

it("understands every status, provider and capability that there is", () => {
  const everything = {
    status: modelStatuses.join(),
    prov: providerKinds.join(),
    cap: capabilityNames.join(),
  };

  expect(catalogCodec.parse(everything).dropped).toEqual([]);
});

it("asks for everything, by name, when the address says nothing", () => {
  expect(modelQuerySchema.parse(toModelQuery(catalogCodec.initial))).toStrictEqual({
    query: undefined,
    view: "all",
    kind: undefined,
    status: undefined,
    provider: undefined,
    connection: undefined,
    capability: undefined,
    visibility: undefined,
    tags: undefined,
    owner: undefined,
    sort: "name",
    direction: "asc",
    offset: 0,
    limit: 30,
    facets: false,
  });
});

it("clears every filter but not the order", () => {
  const { state } = catalogCodec.parse(search);
  const cleared = { ...state, ...clearedFilters };

  expect(isFiltered(state)).toBe(true);
  expect(isFiltered(cleared)).toBe(false);
  expect(catalogCodec.format(cleared)).toEqual({ sort: "-updated" });
});
