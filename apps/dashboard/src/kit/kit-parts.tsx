import { Ellipsis } from "lucide-react";
import { type ReactElement, useState } from "react";

import { m } from "../lib/messages.ts";
import { Blank } from "../ui/blank.tsx";
import { Button } from "../ui/button.tsx";
import { Chip, Tag } from "../ui/chip.tsx";
import { CodeBlock } from "../ui/code-block.tsx";
import { Disclosure } from "../ui/disclosure.tsx";
import { ErrorBox } from "../ui/error-box.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { KeyValue } from "../ui/key-value.tsx";
import { Lamp, type ModelStatus } from "../ui/lamp.tsx";
import { Progress } from "../ui/progress.tsx";
import { Loading, Skeleton } from "../ui/skeleton.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { Tile } from "../ui/tile.tsx";
import { KitRow, KitSection } from "./kit-section.tsx";

// The keys of an object literal are exactly its type's keys.
const statuses = Object.keys(m.status) as ModelStatus[];
const tiles = [
  "qwen3-coder:30b",
  "gpt-5.4",
  "gpt-5.4-mini",
  "nomic-embed-v2",
  "llama3.3:70b",
  "acme/triage",
  "gemma4:27b",
  "phi5",
  "mistral-large",
  "deepseek-r2",
];
const snippet = `curl http://127.0.0.1:8420/v1/chat/completions \\
  -H "Authorization: Bearer $CORRAL_KEY" \\
  -d '{"model": "acme/support-triage", "messages": [{"role": "user", "content": "Hello"}]}'`;

export function KitParts(): ReactElement {
  return (
    <>
      <Buttons />
      <Marks />
      <Facts />
      <States />
    </>
  );
}

function Buttons(): ReactElement {
  return (
    <KitSection title="Buttons">
      <KitRow>
        <Button variant="primary">Save</Button>
        <Button>Verify</Button>
        <Button variant="quiet">Discard</Button>
        <Button variant="danger">Delete</Button>
        <Button variant="primary" isBusy>
          Saving…
        </Button>
        <Button isBusy>Verifying…</Button>
        <Button disabledReason="You need the right models.write. Ask an administrator.">Share</Button>
        <Button size="small">Small</Button>
        <Button shape="icon" variant="quiet" aria-label="More actions">
          <Ellipsis size={16} aria-hidden />
        </Button>
        <span>
          Search <Kbd>/</Kbd> models <Kbd>g m</Kbd>
        </span>
      </KitRow>
    </KitSection>
  );
}

function Marks(): ReactElement {
  return (
    <KitSection title="Status, tiles, tags">
      <KitRow>
        {statuses.map((status) => (
          <Lamp key={status} status={status} />
        ))}
        <Lamp status="unreachable" detail="since 13:40" />
        <div className="w-40">
          <Progress label="Downloading llama3.3:70b" percent={63} />
        </div>
      </KitRow>
      <KitRow>
        {tiles.map((id) => (
          <Tile key={id} id={id} size={40} />
        ))}
        {tiles.map((id) => (
          <Tile key={id} id={id} />
        ))}
      </KitRow>
      <Chips />
    </KitSection>
  );
}

function Facts(): ReactElement {
  return (
    <KitSection title="Facts">
      <div className="grid gap-6 xl:grid-cols-2">
        <KeyValue
          items={[
            { label: "Id", value: "acme/support-triage", isMono: true },
            { label: "Connection", value: "OpenAI main" },
            { label: "Context", value: "400K tokens" },
            { label: "Visible to", value: "Legal, Support and 3 people" },
          ]}
        />
        <CodeBlock label="curl" code={snippet} />
      </div>
      <Disclosure label="6 not sent to OpenAI (num_ctx, num_gpu, …)">
        <p>They are kept for other providers.</p>
      </Disclosure>
      <Disclosure label="Sampling" isInitiallyOpen>
        <p>temperature, top_p, top_k, min_p, seed</p>
      </Disclosure>
      <KitTabs />
    </KitSection>
  );
}

function States(): ReactElement {
  return (
    <KitSection title="States">
      <div className="grid gap-6 xl:grid-cols-2">
        <Blank
          action={
            <>
              <Button variant="primary">Add a connection</Button>
              <a className="link" href="/docs">
                How connections work
              </a>
            </>
          }
        >
          No models yet. Connect a provider, and its models appear here.
        </Blank>
        <ErrorBox
          title="The models could not be loaded"
          detail="The server did not answer within 10 s. It may be restarting. Retry in a moment."
          requestId="7f3a91c2"
          onRetry={() => {}}
        />
        <Loading isLoading skeleton={<SkeletonLines />}>
          never
        </Loading>
      </div>
    </KitSection>
  );
}

function SkeletonLines(): ReactElement {
  return (
    <div className="grid gap-3 py-2">
      <Skeleton width="60%" />
      <Skeleton width="85%" />
      <Skeleton width="40%" />
    </div>
  );
}

function Chips(): ReactElement {
  const [chips, setChips] = useState(["Tools", "≥ 100k", "lab-gpu-2"]);
  return (
    <KitRow>
      {chips.map((label) => (
        <Chip key={label} label={label} onRemove={() => setChips(chips.filter((chip) => chip !== label))} />
      ))}
      <Tag>code</Tag>
      <Tag>prod</Tag>
      <Tag>eu</Tag>
    </KitRow>
  );
}

function KitTabs(): ReactElement {
  const [tab, setTab] = useState("overview");
  return (
    <Tabs
      label="Model"
      value={tab}
      onValueChange={setTab}
      tabs={["overview", "configure", "access", "playground"].map((value) => ({
        value,
        label: value.charAt(0).toUpperCase() + value.slice(1),
        content: <p>The panel of {value}.</p>,
      }))}
    />
  );
}
