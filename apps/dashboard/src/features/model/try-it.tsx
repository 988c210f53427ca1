import { Link } from "@tanstack/react-router";
import { MessageSquare } from "lucide-react";
import type { ReactElement } from "react";

import { mModel } from "../../messages/model.ts";
import { buttonLook } from "../../ui/button.tsx";
import type { ModelDetail } from "./model-draft.ts";

/** Absent while the model cannot answer; its lamp says why. */
export function TryIt({ detail }: { detail: ModelDetail }): ReactElement | null {
  if (!detail.callable) return null;
  return (
    <Link to="/playground" search={{ m: detail.id }} {...buttonLook()}>
      <MessageSquare size={16} aria-hidden />
      {mModel.tryIt()}
    </Link>
  );
}
