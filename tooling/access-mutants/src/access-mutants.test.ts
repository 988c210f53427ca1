import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const run = promisify(execFile);
const decide = "/access-control/src/decide-access.ts";
const models = "/core/src/catalog/model-access.ts";
const chain = "/core/src/catalog/walk-chain.ts";

type Mutant = { readonly file: string; readonly from: string; readonly to: string };

/** Mistakes that somebody could make in deciding who may do what. */
const mutants: Readonly<Record<string, Mutant>> = {
  "a suspended account goes on": {
    file: "/access-control/src/principal.ts",
    from: 'principal.status !== "active"',
    to: "false",
  },
  "an account that waits for approval is let in": {
    file: "/access-control/src/principal.ts",
    from: 'principal.role === "user" || principal.role === "admin"',
    to: "true",
  },
  "an owner is nobody special": { file: decide, from: "subject.ownerId === principal.userId", to: "false" },
  "a model without an owner is everybody's": {
    file: decide,
    from: "subject.ownerId === principal.userId",
    to: "subject.ownerId === null || subject.ownerId === principal.userId",
  },
  "administrators need the bypass for bases": {
    file: decide,
    from: '} else if (principal.role === "admin") {',
    to: '} else if (principal.role === "admin" && principal.bypass) {',
  },
  "the bypass cannot be switched off": {
    file: decide,
    from: 'principal.role === "admin" && principal.bypass',
    to: 'principal.role === "admin"',
  },
  "a custom model that inherits is public": {
    file: decide,
    from: 'subject.kind === "custom" ? { kind: "private" } : subject.inherited',
    to: 'subject.kind === "custom" ? { kind: "public" } : subject.inherited',
  },
  "public gives write": {
    file: decide,
    from: 'return level === "read" ? { allowed: true, reason: "public" } : undefined;',
    to: 'return { allowed: true, reason: "public" };',
  },
  "write does not imply read": {
    file: decide,
    from: 'level === "read" ? [access.read, access.write] : [access.write]',
    to: 'level === "read" ? [access.read] : [access.write]',
  },
  "read implies write": {
    file: decide,
    from: 'level === "read" ? [access.read, access.write] : [access.write]',
    to: "[access.read, access.write]",
  },
  "any group will do": {
    file: decide,
    from: "groupIds.find((id) => principal.groupIds.has(id))",
    to: "groupIds.find((id) => id !== undefined)",
  },
  "only the first group that is named counts": {
    file: decide,
    from: "groupIds.find((id) => principal.groupIds.has(id))",
    to: "groupIds.slice(0, 1).find((id) => principal.groupIds.has(id))",
  },
  "one connection that lets write is enough for a base on several": {
    file: models,
    from: 'if (last.allowed === (level === "read")) return last;',
    to: "if (last.allowed) return last;",
  },
  "an inactive base goes on serving what is built on it": {
    file: chain,
    from: 'if (!next.isActive) failure ??= "base_inactive";',
    to: "",
  },
  "a vouch outlives the right of whoever gave it": {
    file: chain,
    from: 'return decideModel(contents, { principal, level: "write" }, next.entry).allowed;',
    to: "return principal !== null;",
  },
  "the base need not be readable": {
    file: chain,
    from: 'entry.record.baseAccess.kind === "inherit" ? rights.mayRead(next) :',
    to: 'entry.record.baseAccess.kind === "inherit" ? true :',
  },
  "every place of a base is open to whoever sees one": {
    file: chain,
    from: "candidates: all ? targets :",
    to: "candidates: true ? targets :",
  },
  "an inactive model is called": {
    file: "/core/src/catalog/resolve-entry.ts",
    from: 'if (!model.isActive) return refuse("model_inactive");',
    to: "",
  },
  "a key names whatever its owner may use": {
    file: "/core/src/identity/key-allow-list.ts",
    from: "return uids.has(model.uid) ||",
    to: "return uids.size >= 0 ||",
  },
};

/** The first difference that the oracle finds, if any. */
async function findDifference(mutant: Mutant | null): Promise<string> {
  const preload = mutant === null ? [] : ["--import", join(import.meta.dirname, "mutate-module.ts")];
  const { stdout } = await run(
    process.execPath,
    [...preload, join(import.meta.dirname, "find-difference.ts"), "60"],
    {
      env: {
        ...process.env,
        NODE_OPTIONS: "",
        MUTANT_FILE: mutant?.file,
        MUTANT_FROM: mutant?.from,
        MUTANT_TO: mutant?.to,
      },
    },
  );
  return stdout;
}

describe("the oracle finds", () => {
  test("nothing where nothing is wrong", async () => {
    expect(await findDifference(null)).toBe("");
  });

  test.each(Object.entries(mutants))("%s", async (_, mutant) => {
    expect(await findDifference(mutant)).toMatch(/^world \d+, .* not /u);
  });
});
