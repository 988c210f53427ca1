import { Collapsible } from "@base-ui/react/collapsible";
import { ChevronRight } from "lucide-react";
import type { ReactElement, ReactNode } from "react";

export type DisclosureProps = { label: ReactNode; isInitiallyOpen?: boolean; children: ReactNode };

export function Disclosure({ label, isInitiallyOpen = false, children }: DisclosureProps): ReactElement {
  return (
    <Collapsible.Root defaultOpen={isInitiallyOpen}>
      <Collapsible.Trigger className="disclosure-trigger">
        <ChevronRight size={14} aria-hidden />
        {label}
      </Collapsible.Trigger>
      <Collapsible.Panel className="ps-5 pt-1 pb-3">{children}</Collapsible.Panel>
    </Collapsible.Root>
  );
}
