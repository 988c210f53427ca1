import { describe, expect, it, vi } from "vitest";

import { createHotkeyMatcher, type KeyPress } from "./hotkeys.ts";

function press(key: string, modifiers: Partial<KeyPress> = {}): KeyPress {
  return { key, ctrlKey: false, metaKey: false, altKey: false, repeat: false, ...modifiers };
}

const keys = { "/": vi.fn(), "g m": vi.fn(), "g c": vi.fn(), m: vi.fn(), "mod+k": vi.fn() };

describe("keyboard shortcuts", () => {
  it("answer to a single key", () => {
    expect(createHotkeyMatcher()(press("/"), 0, keys)).toBe(keys["/"]);
  });

  it("answer to two keys within a second", () => {
    const match = createHotkeyMatcher();

    expect(match(press("g"), 0, keys)).toBeUndefined();
    expect(match(press("m"), 900, keys)).toBe(keys["g m"]);
  });

  it("forget the first key after a second", () => {
    const match = createHotkeyMatcher();
    match(press("g"), 0, keys);

    expect(match(press("m"), 1_001, keys)).toBe(keys.m);
  });

  it("begin anew after a sequence", () => {
    const match = createHotkeyMatcher();
    match(press("g"), 0, keys);
    match(press("m"), 10, keys);

    expect(match(press("c"), 20, keys)).toBeUndefined();
  });

  it("leave the browser's own combinations alone", () => {
    const match = createHotkeyMatcher();

    expect(match(press("m", { ctrlKey: true }), 0, keys)).toBeUndefined();
    expect(match(press("m", { altKey: true }), 0, keys)).toBeUndefined();
    expect(match(press("K", { metaKey: true }), 0, keys)).toBe(keys["mod+k"]);
  });

  it("do not fire again while a key is held", () => {
    expect(createHotkeyMatcher()(press("/", { repeat: true }), 0, keys)).toBeUndefined();
  });
});
