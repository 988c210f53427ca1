const groups = Array.from({ length: 10 }, (_, group) => group);
const numbers = Array.from({ length: 100 }, (_, number) => number);
const ofGroup = (group: number) => numbers.filter((number) => Math.floor(number / 10) === group);
const isQuery = (number: number) => number % 2 === 0;

/**
 * A router of a hundred procedures, an object of the same signatures typed by hand, and the same use of both: what a
 * consumer's compiler has to do for the one compared with the other. By file name.
 */
export const hundredProcedures: Readonly<Record<string, string>> = {
  "schemas.ts": [
    'import { z } from "zod";',
    ...numbers.flatMap((number) => [
      `export const input${number} = z.object({ id: z.string(), name${number}: z.string().optional(), limit: z.number().default(10) });`,
      `export const output${number} = z.object({ id: z.string(), at${number}: z.string(), rows: z.array(z.object({ kind: z.enum(["a", "b"]) })) });`,
    ]),
  ].join("\n"),
  "router.ts": [
    'import { initTRPC } from "@trpc/server";',
    'import type { z } from "zod";',
    'import * as s from "./schemas.js";',
    "const t = initTRPC.context<{ readonly actor: string | null }>().create();",
    "export const router = t.router({",
    ...groups.flatMap((group) => [
      `group${group}: t.router({`,
      ...ofGroup(group).map((number) => {
        const end = `${isQuery(number) ? "query" : "mutation"}(() => ({}) as z.output<typeof s.output${number}>)`;
        return `call${number}: t.procedure.input(s.input${number}).output(s.output${number}).${end},`;
      }),
      "}),",
    ]),
    "});",
  ].join("\n"),
  "by-hand.ts": [
    'import type { z } from "zod";',
    'import type * as s from "./schemas.js";',
    "export interface ByHand {",
    ...groups.flatMap((group) => [
      `group${group}: {`,
      ...ofGroup(group).map(
        (number) =>
          `call${number}: { ${verb(number)}(input: z.input<typeof s.input${number}>, options?: { signal?: AbortSignal }): Promise<z.output<typeof s.output${number}>> };`,
      ),
      "};",
    ]),
    "}",
  ].join("\n"),
  "use-router.ts": [
    'import type { TRPCClient } from "@trpc/client";',
    'import type { router } from "./types/router.js";',
    "declare const client: TRPCClient<typeof router>;",
    ...uses(),
  ].join("\n"),
  "use-by-hand.ts": [
    'import type { ByHand } from "./types/by-hand.js";',
    "declare const client: ByHand;",
    ...uses(),
  ].join("\n"),
};

function verb(number: number): string {
  return isQuery(number) ? "query" : "mutate";
}

function uses(): string[] {
  return numbers.map((number) => {
    const call = `client.group${Math.floor(number / 10)}.call${number}.${verb(number)}`;
    return `export const at${number}: string = (await ${call}({ id: "x", name${number}: "y" })).at${number};`;
  });
}
