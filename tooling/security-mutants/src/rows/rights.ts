import type { Mutant } from "../mutant.ts";

const decide = "packages/access-control/src/decide-access.ts";
const access = "apps/server/test/access.test.ts";
const matrix = "apps/server/test/matrix/matrix.test.ts";
const rights = "apps/server/test/security/rights.test.ts";

/** Who may do what. */
export const rightsMutants: readonly Mutant[] = [
  {
    id: "AC-01",
    file: "packages/core/src/model/resolve-base.ts",
    fix: 'entry === undefined || !snapshot.decide(actor.principal, "read", entry).allowed',
    becomes: "entry === undefined",
    test: { file: "apps/server/test/procedures/models.test.ts", title: "[AC-01] models.create needs a base" },
  },
  {
    id: "AC-02",
    file: decide,
    fix: 'if (access.kind === "public") return level',
    becomes: 'if (access.kind !== "restricted") return level',
    test: { file: access, title: "[AC-02] [AC-03] cuts those who stood on their own right" },
  },
  {
    id: "AC-03",
    file: "packages/core/src/catalog/walk-chain.ts",
    fix: 'return decideModel(contents, { principal, level: "write" }, next.entry).allowed;',
    becomes: "return principal !== null;",
    test: { file: access, title: "[AC-03] a vouch of somebody who may write the base dies" },
  },
  {
    id: "AC-04",
    file: "packages/core/src/model/update-model.ts",
    fix: 'if (snapshot.decide(actor.principal, "write", entry).allowed) return;',
    becomes: 'if (snapshot.decide(actor.principal, "read", entry).allowed) return;',
    test: {
      file: "apps/server/test/procedures/documents-import.test.ts",
      title: "[AC-04] a member imports what they could write one by one",
    },
  },
  {
    id: "AC-05",
    file: "packages/core/src/model/writable-entry.ts",
    fix: 'if (snapshot.decide(actor.principal, "write", entry).allowed) return;',
    becomes: 'if (snapshot.decide(actor.principal, "read", entry).allowed) return;',
    test: {
      file: matrix,
      title: "[AC-05] [GW-5] everybody is told what the table says of",
      which: "models.dependents",
    },
  },
  {
    id: "AC-06",
    file: "apps/server/test/matrix/rows/models.rows.ts",
    fix: '{ door: "models.tags", ...readers, call: () => query("models.tags") },',
    becomes: "",
    test: { file: matrix, title: "[AC-05] [AC-06] has a row for every procedure and every route" },
  },
  {
    id: "AC-07",
    file: "packages/api/src/routers/models/get-model.ts",
    fix: "z.strictObject(",
    becomes: "z.object(",
    test: {
      file: "apps/server/test/security/smuggling.test.ts",
      title: "[AC-07] [MASS-1] is refused by every procedure that takes an input",
    },
  },
  {
    id: "AC-08",
    file: "packages/core/src/catalog/resolve-entry.ts",
    fix: "if (model === undefined || !rights.mayRead(model)) return",
    becomes: "if (model === undefined) return",
    test: {
      file: "apps/server/test/security/smuggling.test.ts",
      title: "[AC-08] a reader cannot choose a connection by its name",
    },
  },
  {
    id: "AC-09",
    file: "packages/core/src/model/to-model-detail.ts",
    fix: "definition: mayWrite ? toDefinition(found.entry.uid, found.record) : null,",
    becomes: "definition: toDefinition(found.entry.uid, found.record),",
    test: { file: access, title: "[AC-09] [SEC-2] learns of a model what it is called and can do" },
  },
  {
    id: "AC-10",
    file: "packages/core/src/model/judge-sharing.ts",
    fix: 'if (next.kind === "public" && !hasPermission(actor.principal, "models.share_public", actor.permissions)) {',
    becomes: "if (false) {",
    test: {
      file: "apps/server/test/procedures/models.test.ts",
      title: "[AC-10] sharing needs the right to name whom one names",
    },
  },
  {
    id: "AC-11",
    file: decide,
    fix: 'return level === "read" ? { allowed: true, reason: "public" } : undefined;',
    becomes: 'return { allowed: true, reason: "public" };',
    test: { file: rights, title: "[AC-11] a public model is read by everybody" },
  },
  {
    id: "AC-12",
    file: "packages/api/src/assert-policy.ts",
    fix: 'if (auth === "member" && actor.principal.role === "pending") {',
    becomes: "if (false) {",
    test: {
      file: "apps/server/test/bad-requests.test.ts",
      title: "[AC-12] who waits for approval is a 403 at",
    },
  },
  {
    id: "AC-13",
    file: "packages/core/src/model/create-model.ts",
    fix: "const record = { ...fieldsOf(input), ...base, access, ownerId, createdBy: userId };",
    becomes:
      'const shown = "access_control" in input.meta ? ({ kind: "public" } as const) : access; const record = { ...fieldsOf(input), ...base, access: shown, ownerId, createdBy: userId };',
    test: { file: rights, title: "[AC-13] ids in meta, params and calls are data" },
  },
  {
    id: "AC-14",
    file: decide,
    fix: "subject.ownerId === principal.userId",
    becomes: "subject.ownerId === null || subject.ownerId === principal.userId",
    test: {
      file: "apps/server/test/oracle.test.ts",
      title: "[AC-14] list, get, explain and calls agree with the rules: world ",
      which: "1000",
    },
  },
  {
    id: "AC-15",
    file: "packages/access-control/src/access-control.ts",
    fix: '(id) => id !== "*",',
    becomes: "() => true,",
    test: { file: "apps/server/test/bad-input.test.ts", title: "[AC-15] everyone as an id" },
  },
  {
    id: "IDOR-1",
    file: "packages/db/src/repositories/pin-repository.ts",
    fix: "delete from revision_pins where record_uid = ${recordUid} and uid = ${uid}",
    becomes: "delete from revision_pins where uid = ${uid}",
    test: { file: rights, title: "[IDOR-1] a child of another parent does not exist" },
  },
  {
    id: "IDOR-2",
    file: "packages/core/src/events/event-hub.ts",
    fix: 'if (topic === "keys") return happening.userId === actor.principal.userId ? changed(topic, uids) : undefined;',
    becomes: 'if (topic === "keys") return changed(topic, uids);',
    test: { file: "apps/server/test/events.test.ts", title: "[IDOR-2] each hears of what is theirs to know" },
  },
  {
    id: "CACHE-1",
    file: "packages/core/src/catalog/actor-key.ts",
    fix: "${principalKey(contents, principal)}${permissionsKey(contents, permissions)}",
    becomes: "",
    test: {
      file: "apps/server/test/trpc-query.test.ts",
      title: "[CACHE-1] a page that was prepared is not shown when the catalog has changed",
    },
  },
  {
    id: "CACHE-2",
    file: "packages/core/src/model/model-service.ts",
    fix: "lastWins: context.lastWins ?? false },\n      );\n      await ports.catalog.acknowledge(change);",
    becomes: "lastWins: context.lastWins ?? false },\n      );\n      void change;",
    test: {
      file: "apps/server/test/acknowledged.test.ts",
      title: "[CACHE-2] no request sent after a right was acknowledged as lost succeeds",
    },
  },
  {
    id: "CACHE-3",
    file: "packages/identity/src/credential/hash-credential.ts",
    fix: 'hash("sha256", text, "hex")',
    becomes: 'hash("sha256", text.slice(0, 40), "hex")',
    test: {
      file: "apps/server/test/identity/authenticator.test.ts",
      title: "CACHE-3: credentials that begin alike are different people",
    },
  },
];
