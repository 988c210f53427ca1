import {
  noPresentation,
  type CatalogConnection,
  type CatalogCustom,
  type CatalogOverride,
  type CatalogState,
  type CatalogUser,
} from "@corral/core";

type BaseModel = CatalogState["bases"][number];

const users = 5_000;
const groups = 200;
const connections = 10;
const time = "2026-01-01T00:00:00.000Z";
const nobody = { groupIds: [], userIds: [] };
/** 200 characters, as the bar says. */
const describe = (what: string) => `${what} `.padEnd(200, "answers questions about the handbook; ");

/**
 * A catalog of a given size, always the same one: a third of it bases, every third of which has an override. Of ten
 * custom models one is public, one private, and the others are shared with a group or a person each.
 */
export function makeState(models: number): CatalogState {
  const bases = Math.ceil(models / 3);
  const state: CatalogState = {
    revision: { epoch: "bench", change: 1, catalog: 1 },
    settings: { adminBypass: true, memberPermissions: [], presentation: noPresentation },
    connections: range(connections).map(aConnection),
    bases: range(bases).map(aBase),
    records: [
      ...range(Math.ceil(bases / 3)).map((at) => anOverride(at * 3)),
      ...range(models - bases).map((at) => aCustom(at, at % bases)),
    ],
    users: range(users).map(aUser),
    aliases: [],
    lifecycles: [],
    baseNames: [],
    groups: range(groups).map((at) => ({ id: uid("group", at), name: `Group ${at}` })),
  };
  // Each text a copy of its own, as they come from a database.
  return structuredClone(state);
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

/** As long as a uuid. */
export function uid(kind: string, at: number): string {
  return `${kind.padEnd(10, "-")}-4000-8000-${String(at).padStart(14, "0")}`;
}

export function aUser(at: number): CatalogUser {
  return {
    id: uid("user", at),
    name: `User ${at}`,
    email: `user${at}@example.test`,
    role: at === 0 ? "admin" : "user",
    status: "active",
    groupIds: range(5).map((turn) => uid("group", (at + turn * (1 + (at % 37))) % groups)),
  };
}

export function aConnection(at: number): CatalogConnection {
  return {
    uid: uid("connection", at),
    slug: `seed-${at}`,
    name: `Seeded ${at}`,
    provider: at % 2 === 0 ? "ollama" : "openai",
    enabled: true,
    tags: [],
    connectionType: "local",
    defaultVisibility: at % 3 === 0 ? { kind: "public" } : { kind: "private" },
    position: at,
    revision: 1,
  };
}

export function aBase(at: number): BaseModel {
  const id = `base-model-${at}:8b-instruct`;
  const placement = {
    uid: uid("placement", at),
    connectionUid: uid("connection", at % connections),
    upstreamId: id,
    facts: {
      capabilities: ["completion", "tools"] as const,
      contextLength: 8_192,
      family: `family-${at % 20}`,
      parameterSize: "8.0B",
      digest: String(at).padStart(64, "0"),
    },
    missingSince: null,
  };
  return {
    uid: uid("base", at),
    id,
    shadowed: false,
    placements: [placement],
    firstSeenAt: time,
    changedAt: time,
  };
}

const common = {
  capabilities: {},
  hidden: false,
  isActive: true,
  revision: 1,
  createdAt: time,
  updatedAt: time,
};

function anOverride(base: number): CatalogOverride {
  return {
    ...common,
    kind: "override",
    uid: uid("override", base),
    id: `base-model-${base}:8b-instruct`,
    name: `Base Model ${base}`,
    description: describe(`Base ${base}`),
    tags: [`tag-${base % 50}`],
    baseUid: uid("base", base),
    access: { kind: "inherit" },
    createdBy: uid("user", 0),
  };
}

export function aCustom(at: number, base: number): CatalogCustom {
  return {
    ...common,
    kind: "custom",
    uid: uid("custom", at),
    id: `custom-${at}`,
    name: `Custom Model ${at}`,
    description: describe(`Custom ${at}`),
    tags: [`tag-${at % 50}`],
    capabilities: at % 4 === 0 ? { vision: true } : {},
    access: accessOf(at),
    ownerId: uid("user", 1 + (at % (users - 1))),
    createdBy: uid("user", 1 + (at % (users - 1))),
    base: { kind: "base", uid: uid("base", base) },
    baseId: `base-model-${base}:8b-instruct`,
    baseAccess: { kind: "delegate", by: null },
  };
}

function accessOf(at: number): CatalogCustom["access"] {
  if (at % 10 === 0) return { kind: "public" };
  if (at % 10 === 1) return { kind: "private" };
  return {
    kind: "restricted",
    read: { groupIds: [uid("group", (at * 7) % groups)], userIds: [uid("user", (at * 13) % users)] },
    write: nobody,
  };
}
