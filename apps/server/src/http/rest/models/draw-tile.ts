import { createHash } from "node:crypto";

export type Tile = { readonly svg: string; readonly etag: string };

/**
 * The picture of a model that has none: its initials on a color, always the same for the same model and name.
 *
 * Only letters and digits of the name come into it, so that nothing in it can be markup.
 */
export function drawTile({ uid, name }: { readonly uid: string; readonly name: string }): Tile {
  const digest = createHash("sha256").update(`${uid} ${name}`).digest();
  const hue = digest.readUInt16BE(0) % 360;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128" viewBox="0 0 128 128">` +
    `<rect width="128" height="128" fill="hsl(${hue},45%,40%)"/>` +
    `<text x="64" y="64" dy=".35em" text-anchor="middle" font-family="system-ui,sans-serif" font-size="52" ` +
    `font-weight="600" fill="#fff">${initialsOf(name)}</text></svg>`;
  return { svg, etag: `"tile-${digest.toString("hex", 0, 16)}"` };
}

/** Of the first two words; one letter where there is one word. */
function initialsOf(name: string): string {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words
    .slice(0, 2)
    .map((word) => String.fromCodePoint(word.codePointAt(0) ?? 0x3f).toUpperCase())
    .join("");
}
