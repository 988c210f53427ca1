import { useEffect, useRef } from "react";

import { getAppearance } from "./appearance.ts";

/** `"/"`, `"?"`, `"g m"` (a sequence), `"mod+k"` (Command on Apple machines, Control elsewhere). */
export type Hotkeys = Readonly<Record<string, (() => void) | undefined>>;

export type KeyPress = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "repeat">;

const sequenceTimeoutMs = 1_000;

export type HotkeyMatcher = (press: KeyPress, nowMs: number, keys: Hotkeys) => (() => void) | undefined;

/** Matches key presses, remembering the first key of a sequence for one second. */
export function createHotkeyMatcher(): HotkeyMatcher {
  let pending = { key: "", atMs: 0 };

  return (press, nowMs, keys) => {
    if (press.altKey || press.repeat || press.key.length > 1) return undefined;
    const isModified = press.ctrlKey || press.metaKey;
    if (isModified) return keys[`mod+${press.key.toLowerCase()}`];

    const isFollowing = pending.key !== "" && nowMs - pending.atMs <= sequenceTimeoutMs;
    const sequence = isFollowing ? keys[`${pending.key} ${press.key}`] : undefined;
    pending = { key: "", atMs: 0 };
    if (sequence) return sequence;

    const startsSequence = Object.keys(keys).some((name) => name.startsWith(`${press.key} `));
    if (startsSequence) pending = { key: press.key, atMs: nowMs };
    return keys[press.key];
  };
}

/** Keys never fire while someone types, and single keys can be switched off (WCAG 2.1.4). */
export function useHotkeys(keys: Hotkeys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });

  useEffect(() => {
    const match = createHotkeyMatcher();
    const onKeyDown = (event: KeyboardEvent): void => {
      const isModified = event.ctrlKey || event.metaKey;
      if (event.defaultPrevented || isTyping(event.target)) return;
      if (!isModified && (getAppearance("shortcuts") === "off" || isInsideOverlay(event.target))) return;
      const run = match(event, event.timeStamp, latest.current);
      if (!run) return;
      event.preventDefault();
      run();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLSelectElement) return true;
  const isButtonLike = ["checkbox", "radio", "button", "submit", "range"];
  return target instanceof HTMLInputElement && !isButtonLike.includes(target.type);
}

/** Menus and lists use letters for type-ahead; dialogs hide what the shortcut would act on. */
function isInsideOverlay(target: EventTarget | null): boolean {
  const overlays = '[role="menu"], [role="listbox"], [role="dialog"], [role="alertdialog"]';
  return target instanceof Element && target.closest(overlays) !== null;
}
