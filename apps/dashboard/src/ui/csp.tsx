import { CSPProvider } from "@base-ui/react/csp-provider";
import type { ReactElement, ReactNode } from "react";

/** Our policy refuses inline style elements, so Base UI must not make any. */
export function StrictCsp({ children }: { children: ReactNode }): ReactElement {
  return <CSPProvider disableStyleElements>{children}</CSPProvider>;
}
