import { Tabs as BaseTabs } from "@base-ui/react/tabs";
import type { ReactElement, ReactNode } from "react";

export type TabsProps<Value extends string> = {
  label: string;
  value: Value;
  onValueChange: (value: Value) => void;
  tabs: readonly { value: Value; label: string; content: ReactNode }[];
};

/** Arrow keys move, Enter or Space opens: a tab may be costly to load. Only the open panel is mounted. */
export function Tabs<Value extends string>(props: TabsProps<Value>): ReactElement {
  return (
    <BaseTabs.Root value={props.value} onValueChange={(value: Value) => props.onValueChange(value)}>
      <BaseTabs.List className="tab-list" aria-label={props.label}>
        {props.tabs.map((tab) => (
          <BaseTabs.Tab key={tab.value} value={tab.value} className="tab">
            {tab.label}
          </BaseTabs.Tab>
        ))}
      </BaseTabs.List>
      {props.tabs.map((tab) => (
        <BaseTabs.Panel key={tab.value} value={tab.value} className="pt-4">
          {tab.content}
        </BaseTabs.Panel>
      ))}
    </BaseTabs.Root>
  );
}
