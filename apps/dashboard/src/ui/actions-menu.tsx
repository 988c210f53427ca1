import { Ellipsis } from "lucide-react";
import type { ReactElement } from "react";

import { m } from "../lib/messages.ts";
import { Menu, type MenuEntry } from "./menu.tsx";

type ActionsMenuProps = {
  /** Whose actions they are, for whoever does not see the row. */
  name: string;
  entries: readonly MenuEntry[];
  size?: "small";
};

/** What can be done with a row, behind three dots at its end. */
export function ActionsMenu({ name, entries, size }: ActionsMenuProps): ReactElement {
  return (
    <Menu
      align="end"
      trigger={
        <button
          type="button"
          className="button"
          data-variant="quiet"
          data-shape="icon"
          data-size={size}
          aria-label={m.app.actionsFor({ name })}
        >
          <Ellipsis size={16} aria-hidden />
        </button>
      }
      entries={entries}
    />
  );
}
