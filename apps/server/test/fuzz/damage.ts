import type { Dice } from "./dice.ts";
import { hugeValues, oddNumbers, oddTexts, oddValues } from "./odd-values.ts";

/** Fields that a caller might wish there were. */
const unknownFields = [
  "ownerId",
  "owner_id",
  "role",
  "isAdmin",
  "bypass_filter",
  "uid",
  "createdAt",
  "revision",
  "__proto__",
  "constructor",
  "toString",
  "",
  "\u0000",
  "\ud800",
  "extra",
  "params",
  "id",
];

/** The same value with one thing wrong, somewhere within it. */
export function damage(value: unknown, dice: Dice): unknown {
  if (Array.isArray(value)) {
    if (value.length > 0 && dice.chance(65)) {
      const at = dice.upTo(value.length - 1);
      return value.with(at, damage(value[at], dice));
    }
    return damageList(value, dice);
  }
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value);
    if (fields.length > 0 && dice.chance(75)) {
      const [name, inner] = dice.pick(fields);
      return Object.fromEntries(
        fields.map(([field, own]) => [field, field === name ? damage(inner, dice) : own]),
      );
    }
    return damageObject(fields, dice);
  }
  return damageLeaf(value, dice);
}

function damageObject(fields: readonly (readonly [string, unknown])[], dice: Dice): unknown {
  const whole = Object.fromEntries(fields);
  const [name] = fields.length > 0 ? dice.pick(fields) : ["none"];
  return dice.pick([
    () => Object.fromEntries(fields.filter(([field]) => field !== name)),
    () => Object.fromEntries(fields.filter(([field]) => field !== name)),
    () => Object.fromEntries([...fields, [dice.pick(unknownFields), dice.pick(oddValues)]]),
    () => Object.fromEntries([...fields, [dice.pick(oddTexts), dice.pick(oddValues)]]),
    () =>
      Object.fromEntries(fields.map(([field, own]) => [field === name ? field.toUpperCase() : field, own])),
    () => Object.fromEntries(fields.toReversed()),
    () => [whole],
    () => ({ ...whole, [name]: whole }),
    () => dice.pick(oddValues),
  ])();
}

function damageList(items: readonly unknown[], dice: Dice): unknown {
  return dice.pick([
    () => [],
    () => [...items, ...items],
    () => items.slice(1),
    () => [...items, dice.pick(oddValues)],
    () => Array.from({ length: 300 }, (_, at) => items[at % Math.max(1, items.length)] ?? at),
    () => Object.fromEntries(items.entries()),
    () => [items],
    () => items[0] ?? null,
    () => dice.pick(oddValues),
  ])();
}

function damageLeaf(value: unknown, dice: Dice): unknown {
  if (dice.chance(3)) return dice.pick(hugeValues)();
  if (typeof value === "string" && dice.chance(60)) {
    return dice.pick([
      () => dice.pick(oddTexts),
      () => dice.pick(oddTexts),
      () => `${value}${dice.pick(oddTexts)}`,
      () => `${dice.pick(oddTexts)}${value}`,
      () => value.toUpperCase(),
      () => value.slice(0, -1),
      () => ` ${value} `,
      () => `${value.slice(0, value.length / 2)}${dice.pick(oddTexts)}${value.slice(value.length / 2)}`,
      () => value.repeat(3),
      () => [value],
    ])();
  }
  if (typeof value === "number" && dice.chance(60)) {
    return dice.pick([
      () => dice.pick(oddNumbers),
      () => value + 1,
      () => value - 1,
      () => -value,
      () => value + 0.5,
      () => String(value),
    ])();
  }
  return dice.pick(oddValues);
}
