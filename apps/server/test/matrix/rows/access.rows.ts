import { readers, signedInAdministrators } from "../expectations.ts";
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
  { door: "access.effective", ...readers, call: () => query("access.effective") },
  {
    door: "access.effective",
    about: "of somebody else",
    people: "DDD DDDDA AA",
    keys: "AADAAD A",
    call: (_, { owner }) => query("access.effective", { userId: owner.id }),
  },
  {
    door: "access.viewModels",
    ...signedInAdministrators,
    call: ({ user }) => query("access.viewModels", { userId: user }),
  },
  {
    door: "access.viewModel",
    ...signedInAdministrators,
    call: ({ model }, { owner }) => query("access.viewModel", { userId: owner.id, id: model }),
  },
];
