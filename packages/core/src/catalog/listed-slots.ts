import { mayName } from "../identity/key-allow-list.ts";
import type { CallerView } from "./caller-view.ts";
import type { SortKey } from "./slot-order.ts";

/** The models that a caller is shown, in ascending order: what its owner is shown and its key may name. */
export function listedSlots(
  { contents, actor, visible }: Pick<CallerView, "contents" | "actor" | "visible">,
  { sort, showHidden = false }: { readonly sort: SortKey; readonly showHidden?: boolean | undefined },
): Uint32Array {
  const all = visible.order(sort, showHidden);
  const { credential } = actor;
  if (credential.kind === "session" || credential.models === null) return all;
  return all.filter((slot) => {
    const model = contents.models.rows[slot];
    return model !== undefined && mayName(credential, model.entry);
  });
}
