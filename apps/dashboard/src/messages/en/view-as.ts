export const enViewAs = {
  begin: () => "See models as they do",
  bar: (p: { name: string }) =>
    `You see the models as ${p.name} does. Nothing can be changed or called here, and each look is in the audit log.`,
  somebody: () => "somebody else",
  end: () => "Stop",
};
