import { useSyncExternalStore } from "react";

// The keys and attributes are read before first paint by public/theme.js.
const choices = {
  theme: ["system", "light", "dark"],
  density: ["comfortable", "compact"],
  sidebar: ["open", "collapsed"],
  shortcuts: ["on", "off"],
} as const;

export type AppearanceName = keyof typeof choices;
export type AppearanceValue<Name extends AppearanceName> = (typeof choices)[Name][number];

const changeEvent = "corral:appearance";

function findStored(name: AppearanceName): string | null {
  try {
    return localStorage.getItem(`corral.${name}`);
  } catch {
    // Storage can be forbidden; the choice then lasts as long as the page.
    return document.documentElement.dataset[name] ?? null;
  }
}

/** The reader's choice, or the first one of the list, which is the default and is never stored. */
export function getAppearance<Name extends AppearanceName>(name: Name): AppearanceValue<Name> {
  const allowed: readonly AppearanceValue<Name>[] = choices[name];
  const stored = findStored(name);
  const [fallback] = allowed;
  const found = allowed.find((choice) => choice === stored) ?? fallback;
  if (found === undefined) throw new Error(`No choices for ${name}.`);
  return found;
}

export function setAppearance<Name extends AppearanceName>(name: Name, value: AppearanceValue<Name>): void {
  const isDefault = value === choices[name][0];
  if (isDefault) delete document.documentElement.dataset[name];
  else document.documentElement.dataset[name] = value;
  try {
    if (isDefault) localStorage.removeItem(`corral.${name}`);
    else localStorage.setItem(`corral.${name}`, value);
  } catch {
    // See findStored.
  }
  window.dispatchEvent(new Event(changeEvent));
}

function subscribe(onChange: () => void): () => void {
  const onStorage = (event: StorageEvent): void => {
    adoptOtherTab(event);
    onChange();
  };
  window.addEventListener(changeEvent, onChange);
  window.addEventListener("storage", onStorage);
  return () => {
    window.removeEventListener(changeEvent, onChange);
    window.removeEventListener("storage", onStorage);
  };
}

/** Another tab has chosen: the attribute follows, so that all tabs look alike. */
function adoptOtherTab(event: StorageEvent): void {
  for (const name of ["theme", "density", "sidebar", "shortcuts"] as const) {
    if (event.key !== `corral.${name}`) continue;
    if (event.newValue === null) delete document.documentElement.dataset[name];
    else document.documentElement.dataset[name] = event.newValue;
  }
}

export function useAppearance<Name extends AppearanceName>(
  name: Name,
): [value: AppearanceValue<Name>, set: (value: AppearanceValue<Name>) => void] {
  const value = useSyncExternalStore(subscribe, () => getAppearance(name));
  return [value, (next) => setAppearance(name, next)];
}
