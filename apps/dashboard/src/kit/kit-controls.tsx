import { type ReactElement, useState } from "react";

import { Checkbox, RadioGroup, Switch } from "../ui/choices.tsx";
import { Combobox, MultiCombobox } from "../ui/combobox.tsx";
import { NumberField } from "../ui/number-field.tsx";
import { SecretField } from "../ui/secret-field.tsx";
import { SegmentedControl } from "../ui/segmented-control.tsx";
import { Select } from "../ui/select.tsx";
import { Slider } from "../ui/slider.tsx";
import { TextArea } from "../ui/text-area.tsx";
import { PasswordField, TextField } from "../ui/text-field.tsx";
import type { Option } from "../ui/use-options.ts";
import { KitSection } from "./kit-section.tsx";

const models: Option[] = [
  { value: "gpt-5.4", label: "GPT-5.4", detail: "gpt-5.4 · OpenAI main · 400K" },
  { value: "gpt-5.4-mini", label: "GPT-5.4 mini", detail: "gpt-5.4-mini · OpenAI main · 400K" },
  { value: "qwen3-coder:30b", label: "Qwen3 Coder 30B", detail: "qwen3-coder:30b · lab-gpu-1 · 256K" },
  {
    value: "llama3.3:70b",
    label: "Llama 3.3 70B",
    detail: "llama3.3:70b · lab-gpu-1 · unreachable",
    isDisabled: true,
  },
];

const people: Option[] = ["Ada Lovelace", "Alan Turing", "Grace Hopper", "Legal", "Support"].map((label) => ({
  value: label.toLowerCase(),
  label,
  detail: label.includes(" ") ? "Person" : "Group",
}));

async function searchPeople(query: string): Promise<Option[]> {
  await new Promise((resolve) => window.setTimeout(resolve, 100));
  return people.filter((person) => person.label.toLowerCase().includes(query.toLowerCase()));
}

export function KitControls(): ReactElement {
  return (
    <KitSection title="Form">
      <div className="grid max-w-6xl gap-x-12 gap-y-6 xl:grid-cols-2">
        <div className="form-rows content-start">
          <TextFields />
        </div>
        <div className="form-rows content-start">
          <Choosers />
          <Numbers />
        </div>
        <Choices />
      </div>
    </KitSection>
  );
}

function TextFields(): ReactElement {
  const [prompt, setPrompt] = useState("You sort incoming tickets for Acme.\nAnswer with one word.");
  const [key, setKey] = useState<string>();
  const [newKey, setNewKey] = useState<string>();
  return (
    <>
      <TextField label="Name" defaultValue="lab-gpu-1" help="Shown to everyone who may use its models." />
      <TextField
        label="Address"
        isMono
        defaultValue="htp://lab-gpu-1:11434"
        error="The address must start with http:// or https://."
      />
      <TextField
        label="Provider"
        isDisabled
        defaultValue="Ollama"
        help="Fixed once the connection is saved."
      />
      <PasswordField label="Password" autoComplete="new-password" placeholder="15 characters or more" />
      <SecretField
        label="Key"
        stored={{ hint: "•••• 3f9a", setAt: "12 Mar", setBy: "Ada" }}
        value={key}
        onValueChange={setKey}
      />
      <SecretField label="Another key" value={newKey} onValueChange={setNewKey} placeholder="sk-…" />
      <TextArea
        label="System"
        value={prompt}
        onValueChange={setPrompt}
        help="Comes before the caller's own prompt."
      />
    </>
  );
}

function Choosers(): ReactElement {
  const [provider, setProvider] = useState<"ollama" | "openai" | "azure" | null>("ollama");
  const [zone, setZone] = useState<"utc" | null>(null);
  const [base, setBase] = useState<Option | null>(models[1] ?? null);
  const [gone, setGone] = useState<Option | null>({ value: "gpt-4o", label: "gpt-4o — not found" });
  const [shared, setShared] = useState<readonly Option[]>(people.slice(0, 2));
  return (
    <>
      <Select
        label="Kind"
        value={provider}
        onValueChange={setProvider}
        options={[
          { value: "ollama", label: "Ollama", detail: "Local models" },
          { value: "openai", label: "OpenAI-compatible" },
          { value: "azure", label: "Azure OpenAI" },
        ]}
      />
      <Select
        label="Zone"
        value={zone}
        onValueChange={setZone}
        placeholder="Choose a zone"
        options={[{ value: "utc", label: "UTC" }]}
      />
      <Combobox
        label="Base model"
        options={models}
        value={base}
        onValueChange={setBase}
        placeholder="Search models"
      />
      <Combobox
        label="Fallback"
        options={models}
        value={gone}
        onValueChange={setGone}
        error="This model is gone. Choose another."
      />
      <MultiCombobox
        label="Shared with"
        options={searchPeople}
        value={shared}
        onValueChange={setShared}
        placeholder="People or groups"
      />
    </>
  );
}

function Numbers(): ReactElement {
  const [temperature, setTemperature] = useState<number | null>(0.2);
  const [topP, setTopP] = useState<number | null>(null);
  return (
    <>
      <NumberField
        label="temperature"
        value={temperature}
        onValueChange={setTemperature}
        min={0}
        max={2}
        step={0.1}
      />
      <Slider
        label="temperature"
        value={temperature}
        onValueChange={setTemperature}
        min={0}
        max={2}
        step={0.1}
      />
      <NumberField
        label="top_p"
        value={topP}
        onValueChange={setTopP}
        min={0}
        max={1}
        step={0.05}
        placeholder="Provider default"
      />
      <Slider label="top_p" value={topP} onValueChange={setTopP} min={0} max={1} step={0.05} restAt={1} />
      <NumberField label="Timeout" value={30} onValueChange={() => {}} unit="s" isDisabled />
    </>
  );
}

function Choices(): ReactElement {
  const [isOn, setIsOn] = useState(true);
  const [isChecked, setIsChecked] = useState(false);
  const [access, setAccess] = useState("private");
  const [view, setView] = useState("all");
  return (
    <div className="grid content-start gap-3">
      <Switch label="Enabled" isChecked={isOn} onChange={setIsOn} help="Its models can be called." />
      <Switch label="Stream" isChecked={!isOn} onChange={(next) => setIsOn(!next)} />
      <Switch
        label="Locked"
        isChecked
        isDisabled
        onChange={() => {}}
        help="Set by the server's environment."
      />
      <Checkbox label="Ready" isChecked={isChecked} onChange={setIsChecked} />
      <Checkbox label="All of 3,904" isChecked={false} isMixed onChange={() => {}} />
      <Checkbox label="Unreachable" isChecked isDisabled onChange={() => {}} />
      <RadioGroup
        label="Who may use it"
        value={access}
        onValueChange={setAccess}
        options={[
          { value: "private", label: "Private", help: "You and administrators." },
          { value: "restricted", label: "Specific people and groups" },
          { value: "public", label: "Everyone signed in" },
          { value: "inherit", label: "As the connection", isDisabled: true },
        ]}
      />
      <SegmentedControl
        label="View"
        value={view}
        onValueChange={setView}
        options={[
          { value: "all", label: "All" },
          { value: "created", label: "Mine" },
          { value: "shared", label: "Shared with me" },
        ]}
      />
    </div>
  );
}
