import { appRouter } from "@corral/api";
import { initTRPC } from "@trpc/server";
import fastify from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectRow } from "./expect-row.ts";
import { findGaps, listDoors, noteRoutes, type Routes } from "./doors.ts";
import { listRows } from "./list-rows.ts";
import { expectationOf, nameOf, principals } from "./row.ts";
import { startWorld, type World } from "./world.ts";

const rows = await listRows();

let routes: Routes;
let world: World;
beforeAll(async () => {
  routes = noteRoutes();
  world = await startWorld();
});
afterAll(async () => {
  routes[Symbol.dispose]();
  await world[Symbol.asyncDispose]();
});

describe("the table", () => {
  test("[AC-05] [AC-06] has a row for every procedure and every route of a running server, and no other", () => {
    expect(findGaps(listDoors(appRouter, routes.found), rows)).toStrictEqual([]);
  });

  test("says of every action and everybody whether it is allowed, denied or hidden", () => {
    for (const row of rows) for (const principal of principals) expectationOf(row, principal);
    expect(rows.length).toBeGreaterThan(100);
  });

  test("[GW-5] says the same of every way to call a model, streamed or not", () => {
    const doors =
      /^(?:chat\.\w+|POST \/(?:v1\/(?:chat\/completions|embeddings)|ollama\/api\/(?:chat|generate|embed)))$/u;
    const ways = rows.filter(({ door, about }) => doors.test(door) && (about ?? "streamed") === "streamed");

    expect(ways.length).toBeGreaterThan(5);
    for (const principal of principals) {
      const told = new Set(ways.map((row) => expectationOf(row, principal)));
      expect({ principal, told: told.size }).toStrictEqual({ principal, told: 1 });
    }
  });

  test("fails for a procedure that has no row, and says what to add", () => {
    const trpc = initTRPC.create();
    const invite = trpc.procedure.query(() => "hello");
    const grown = trpc.mergeRouters(appRouter, trpc.router({ people: trpc.router({ invite }) }));

    expect(findGaps(listDoors(grown, routes.found), rows)).toStrictEqual([
      expect.stringMatching(
        /^people\.invite has no row .*rows\/people\.rows\.ts: \{ door: "people\.invite", /u,
      ),
    ]);
  });

  test("fails for a route that has no row, and says what to add", async () => {
    const app = fastify();
    app.post("/v1/files", async () => "hello");
    await app.close();

    expect(findGaps(listDoors(appRouter, routes.found), rows)).toStrictEqual([
      expect.stringMatching(/^POST \/v1\/files has no row .*path: "\/v1\/files"/u),
    ]);
  });
});

describe("[AC-05] [GW-5] everybody is told what the table says of", () => {
  const columns = principals.filter((principal) => principal !== "adminWithoutBypass");

  test.each(rows.map((row) => [nameOf(row), row] as const))("%s", async (_, row) => {
    await expectRow(world, row, columns);
  });
});

describe("an administrator without the bypass is told what the table says of", () => {
  beforeAll(() => world.setBypass(false));
  afterAll(() => world.setBypass(true));

  test.each(rows.map((row) => [nameOf(row), row] as const))("%s", async (_, row) => {
    await expectRow(world, row, ["adminWithoutBypass"]);
  });
});
