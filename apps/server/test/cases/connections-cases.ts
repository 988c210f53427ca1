import {
  byPolicy,
  conflict,
  denied,
  invalid,
  none,
  shown,
  takesNoInput,
  type CaseTable,
} from "./case-table.ts";

const connections = "procedures/connections";
const discovery = "procedures/discovery";
const policies =
  "policies.list, create, update, delete and reorder are administrators', and say what is wrong";
const openai = { provider: "openai", url: "http://127.0.0.1:9/v1", authType: "none" };
const nobody = "00000000-0000-4000-8000-000000000000";

export const connectionsCases: CaseTable = {
  "connections.list": {
    happy: shown(
      connections,
      "connections.create keeps the key to itself, and connections.list shows its fingerprint and lamp",
    ),
    denied: denied({}),
    invalid: takesNoInput,
  },
  "connections.create": {
    happy: shown(
      connections,
      "connections.create keeps the key to itself, and connections.list shows its fingerprint and lamp",
    ),
    denied: byPolicy,
    invalid: invalid({ ...openai, name: "New", url: "ftp://127.0.0.1" }, "url"),
    conflict: conflict({ ...openai, name: "New", slug: "lab" }, "name_taken"),
  },
  "connections.update": {
    happy: shown(
      connections,
      "connections.update is a patch on a revision, and a disabled connection serves nothing",
    ),
    denied: byPolicy,
    invalid: invalid(({ connectionUid }) => ({ uid: connectionUid, revision: 1, prefix: "a.b" }), "prefix"),
    conflict: conflict(
      ({ connectionUid }) => ({ uid: connectionUid, revision: 99, name: "Stale" }),
      "revision_conflict",
    ),
  },
  "connections.previewPrefix": {
    happy: shown(
      "procedures/names",
      "connections.previewPrefix lists the renames and writes nothing; connections.update does them and leaves the old names as aliases",
    ),
    denied: byPolicy,
    invalid: invalid(({ connectionUid }) => ({ uid: connectionUid, prefix: "a.b" }), "prefix"),
  },
  "connections.delete": {
    happy: shown(
      connections,
      "connections.delete takes its models away, but keeps those that something is built on",
    ),
    denied: byPolicy,
    invalid: invalid({ uid: "lab" }, "uid"),
    conflict: conflict(({ archivedUid }) => ({ uid: archivedUid }), "connection_not_found"),
  },
  "connections.listArchived": {
    happy: shown(discovery, "comes back under its uid with its models and what was stored about them"),
    denied: byPolicy,
    invalid: invalid({ like: { provider: "other", url: "http://127.0.0.1" } }, "like.provider"),
  },
  "connections.restore": {
    happy: shown(discovery, "comes back under its uid with its models and what was stored about them"),
    denied: byPolicy,
    invalid: invalid({ uid: "gone" }, "uid"),
    conflict: conflict(({ connectionUid }) => ({ uid: connectionUid }), "connection_not_found"),
  },
  "connections.verify": {
    happy: shown(
      connections,
      "connections.verify climbs as far as it gets, and says which rung fails and why",
    ),
    denied: byPolicy,
    invalid: invalid({ draft: { ...openai, url: "nowhere" } }, "draft.url"),
    conflict: none("it writes nothing"),
  },
  "connections.health": {
    happy: shown(
      "dead-connections",
      "[vector 33] stay listed with their last models and say why, while the good one works on",
    ),
    denied: denied({}),
    invalid: takesNoInput,
  },
  "connections.circuits": {
    happy: shown(
      connections,
      "[vector 61] connections.circuits tells why calls do not reach a connection, and who may know",
    ),
    denied: denied(({ connectionUid }) => ({ uid: connectionUid })),
    invalid: invalid({ uid: "lab" }, "uid"),
  },
  "connections.refresh": {
    happy: shown(
      "providers/through-the-gateway",
      "[vector 36] a list is renewed by one request for a hundred callers, and the old one is served meanwhile",
    ),
    denied: byPolicy,
    invalid: invalid({ uid: "lab" }, "uid"),
    conflict: conflict(({ archivedUid }) => ({ uid: archivedUid }), "connection_not_found"),
  },
  "discovery.events": {
    happy: shown(
      discovery,
      "discovery.events tells what a listing brought, to those who may see connections",
    ),
    denied: denied({}),
    invalid: invalid({ limit: 0 }, "limit"),
  },
  "policies.list": {
    happy: shown(
      discovery,
      "policies.preview tells what one would have done, and policies.applyTo does it where nobody decided",
    ),
    denied: byPolicy,
    invalid: takesNoInput,
  },
  "policies.create": {
    happy: shown(
      discovery,
      "decide about models that are new, the first that matches alone, and never about those that are known",
    ),
    denied: byPolicy,
    invalid: invalid({ name: "Nothing", actions: {} }, "actions"),
    conflict: conflict({ name: "FIRST", actions: { hidden: true } }, "name_taken"),
  },
  "policies.update": {
    happy: shown(discovery, policies),
    denied: byPolicy,
    invalid: invalid(
      ({ policyUid }) => ({ uid: policyUid, revision: 1, match: { connections: [] } }),
      "match.connections",
    ),
    conflict: conflict(
      ({ policyUid }) => ({ uid: policyUid, revision: 99, name: "Stale" }),
      "revision_conflict",
    ),
  },
  "policies.delete": {
    happy: shown(discovery, policies),
    denied: byPolicy,
    invalid: invalid({ uid: "First" }, "uid"),
    conflict: conflict({ uid: nobody }, "policy_not_found"),
  },
  "policies.reorder": {
    happy: shown(discovery, policies),
    denied: byPolicy,
    invalid: invalid({ uids: [] }, "uids"),
    conflict: none("the order names every policy once, so that one that came or went makes it invalid"),
  },
  "policies.preview": {
    happy: shown(
      discovery,
      "policies.preview tells what one would have done, and policies.applyTo does it where nobody decided",
    ),
    denied: byPolicy,
    invalid: invalid({ match: {}, withinDays: 0 }, "withinDays"),
  },
  "policies.applyTo": {
    happy: shown(
      discovery,
      "policies.preview tells what one would have done, and policies.applyTo does it where nobody decided",
    ),
    denied: byPolicy,
    invalid: invalid(({ policyUid }) => ({ uid: policyUid, modelUids: [] }), "modelUids"),
    conflict: conflict({ uid: nobody }, "policy_not_found"),
  },
};
