import { z } from "zod";
import { WrongAnswer, type Call } from "../run-calls.ts";
import { assertList, type ExpectedList, type ListQuery } from "./list-queries.ts";
import type { Person } from "./person.ts";
import { toQueryPath } from "./start-corral.ts";

const pageSchema = z.object({
  result: z.object({
    data: z.looseObject({ rows: z.array(z.looseObject({ id: z.string() })), total: z.number() }),
  }),
});

/** A call of `models.list` whose answer is compared with the oracle's. */
export function listCall(person: Person, query: ListQuery, expected: ExpectedList): Call {
  return {
    method: "GET",
    path: toQueryPath("models.list", query),
    headers: person.headers,
    check: (answer) => assertList(readList(answer), expected, query),
  };
}

/** A call whose answer must be the same bytes each time. */
export function constantCall(call: Omit<Call, "check">, expected: Buffer): Call {
  return {
    ...call,
    check(answer) {
      if (!answer.equals(expected)) throw new WrongAnswer(`${call.path}: the answer has changed`);
    },
  };
}

export function readPage(answer: Buffer): unknown {
  return pageSchema.parse(JSON.parse(answer.toString())).result.data;
}

function readList(answer: Buffer): ExpectedList {
  const { rows, total } = pageSchema.parse(JSON.parse(answer.toString())).result.data;
  return { ids: rows.map(({ id }) => id), total };
}
