import { format } from "../../lib/format.ts";
import { m } from "../../lib/messages.ts";
import { mModel } from "../../messages/model.ts";
import { mHistory } from "../../messages/history.ts";
import type { ApiOutputs } from "../../trpc.ts";

type Versions = ApiOutputs["models"]["history"]["versions"];
export type FieldChange = NonNullable<Versions[number]["changes"]>[number];

/** One changed field in words. Texts that do not fit into a line are shown below each other. */
export type ChangeLine = {
  readonly key: string;
  readonly label: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly isLong: boolean;
};

const shortLength = 48;

export function describeChange({ path, before, after }: FieldChange): ChangeLine {
  const [left, right] = [toText(path, before), toText(path, after)];
  const isLong = [left, right].some(
    (text) => text !== null && (text.length > shortLength || /\n/u.test(text)),
  );
  return { key: path.join("."), label: labelOf(path), before: left, after: right, isLong };
}

function labelOf([field = "", key]: FieldChange["path"]): string {
  if (field === "params" && key === "system") return mModel.field.system();
  if (field === "paramModes" && key !== undefined) return mModel.modeOf({ name: key });
  if (key !== undefined) return key;
  const labels: Readonly<Record<string, () => string>> = { ...mModel.field, ...mHistory.field };
  return labels[field]?.() ?? field;
}

function toText(path: FieldChange["path"], value: FieldChange["before"]): string | null {
  if (value === null) return null;
  if (typeof value === "boolean") return value ? mModel.on() : mModel.off();
  if (typeof value === "string") return value;
  if (path[0] === "access" && isRecord(value)) return describeAccess(value);
  if (path[1] === "tags" && Array.isArray(value)) return format.list(value.map(nameOf));
  return JSON.stringify(value);
}

function describeAccess(access: Readonly<Record<string, unknown>>): string {
  const kind = String(access["kind"]);
  const label = kind in m.access.visibility ? kind : undefined;
  const known = label as keyof typeof m.access.visibility | undefined; // safe: checked to be one of its keys
  const count = ["read", "write"].flatMap((level) => idsOf(access[level])).length;
  const name = known === undefined ? mHistory.inherited() : m.access.visibility[known]();
  return count === 0 ? name : `${name} (${mHistory.grants({ count })})`;
}

function idsOf(grants: unknown): readonly unknown[] {
  if (!isRecord(grants)) return [];
  return Object.values(grants).flatMap((ids) => (Array.isArray(ids) ? ids : []));
}

function nameOf(tag: unknown): string {
  return isRecord(tag) ? String(tag["name"]) : String(tag);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
