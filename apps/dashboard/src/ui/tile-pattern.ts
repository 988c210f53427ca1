export type TilePattern = {
  /** 1 to 7, the data colors of tokens.css without stone. */
  hue: number;
  /** Filled cells of a 4×4 grid, mirrored about the vertical axis. */
  cells: { x: number; y: number; isSoft: boolean }[];
};

/** The same id gives the same pattern on every machine and in every release: people learn these faces. */
export function createTilePattern(id: string): TilePattern {
  const hash = hashText(id);
  const cells: TilePattern["cells"] = [];
  for (let cell = 0; cell < 8; cell += 1) {
    const [x, y] = [cell % 2, Math.floor(cell / 2)];
    if (!isFilled(hash, cell)) continue;
    const isSoft = ((hash >>> (8 + cell)) & 1) === 1;
    cells.push({ x, y, isSoft }, { x: 3 - x, y, isSoft });
  }
  return { hue: ((hash >>> 16) % 7) + 1, cells };
}

/** By chance, but three cells of eight are always filled and one is always empty: no tile is blank or solid. */
function isFilled(hash: number, cell: number): boolean {
  const turn = (cell + (hash >>> 24)) % 8;
  if (turn === 0 || turn === 3 || turn === 5) return true;
  return turn !== 6 && ((hash >>> cell) & 1) === 1;
}

/** FNV-1a with a final avalanche, since neighboring ids must not look alike. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
