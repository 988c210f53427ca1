import { query, type Row } from "../row.ts";

export const rows: readonly Row[] = [
  {
    door: "access.explain",
    people: "DDD HAAAA AH",
    keys: "AADAHD A",
    call: ({ model }) => query("access.explain", { id: model }),
  },
  {
    door: "access.explain",
    about: "of somebody else",
    people: "DDD HDDAA AH",
    keys: "AADAHD A",
    call: ({ model }, { owner }) => query("access.explain", { id: model, userId: owner.id }),
  },
  {
    door: "access.explain",
    about: "of a base model",
    people: "DDD HHHHH AA",
    keys: "HHDHHD A",
    call: ({ privateBase }) => query("access.explain", { id: privateBase }),
  },
];
