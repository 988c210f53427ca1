import { expect } from "vitest";
import { readStoredState } from "../support/stored-state.ts";
import { openDoor, type Answer, type Door } from "./ask.ts";
import { expectationOf, type Expectation, type Principal, type Row } from "./row.ts";
import type { World } from "./world.ts";

type Cell = { readonly principal: Principal; readonly expected: Expectation };

/** Whoever has none of these gets a 401. */
const withoutCredential: ReadonlySet<Principal> = new Set(["anonymous", "suspended", "expired"]);

/** Asks in the name of each, first those who are refused: they must leave no trace. */
export async function expectRow(world: World, row: Row, columns: readonly Principal[]): Promise<void> {
  await using door = openDoor(world.server.url);
  const cells = columns.map((principal) => ({ principal, expected: expectationOf(row, principal) }));
  const refused = cells.filter(({ expected }) => expected !== "allow");
  const before = await readStoredState(world.server.databaseUrl);
  const wrong: string[] = [];
  const hold = ({ principal, expected }: Cell, told: string): void => {
    if (told !== expected) wrong.push(`${principal}: the table says ${expected}; it was ${told}`);
  };
  for (const cell of refused) hold(cell, await judgeRefusal({ world, row, door }, cell));
  const after = await readStoredState(world.server.databaseUrl);
  for (const cell of cells.filter((one) => !refused.includes(one))) {
    hold(cell, await judgeAllowed({ world, row, door }, cell));
  }
  await row.repair?.(world);

  expect(wrong).toStrictEqual([]);
  expect(after).toStrictEqual(before);
}

type At = { readonly world: World; readonly row: Row; readonly door: Door };

async function ask({ world, row, door }: At, { principal }: Cell, isMissing = false): Promise<Answer> {
  const named = isMissing ? world.missing : world.objects;
  return door.ask(row.call(named, world), world.token(principal), named);
}

async function judgeRefusal(at: At, cell: Cell): Promise<string> {
  const answer = await ask(at, cell);
  const isBarred = at.row.isForeign
    ? answer.status === 401
    : withoutCredential.has(cell.principal) && at.world.token(cell.principal) !== undefined
      ? answer.status === 401
      : answer.status === (withoutCredential.has(cell.principal) ? 401 : 403);
  if (cell.expected === "deny") return isBarred ? "deny" : describe(answer);
  const missing = await ask(at, cell, true);
  if (isBarred) return `deny, ${describe(answer)}`;
  if (answer.status >= 500) return describe(answer);
  const isHidden = JSON.stringify(answer) === JSON.stringify(missing);
  return isHidden ? "hide" : `${describe(answer)}, and of what is missing ${describe(missing)}`;
}

async function judgeAllowed(at: At, cell: Cell): Promise<string> {
  const { world, row, door } = at;
  const token = row.endsSession ? await world.signIn(cell.principal) : world.token(cell.principal);
  const answer = await door.ask(row.call(world.objects, world), token, world.objects);
  if (answer.code !== (row.allowed ?? null)) return describe(answer);
  if (!(row.people + row.keys).includes("H")) return "allow";
  // else nothing is shown by what others are told
  const missing = await ask(at, cell, true);
  const isSame = missing.status === answer.status && missing.text === answer.text;
  return isSame ? `the same as of what is missing: ${describe(answer)}` : "allow";
}

function describe({ status, code, text }: Answer): string {
  return `${status} ${code ?? ""} ${text.slice(0, 200)}`;
}
