/** A database of another product, open for reading, all of it as of one moment. */
export interface ForeignDatabase extends AsyncDisposable {
  /** Names of a table's columns; none where there is no such table. */
  columnsOf(table: string): Promise<readonly string[]>;
  /** The rows in any order, every column as text. */
  rowsOf(table: string, columns: readonly string[]): Promise<readonly ForeignRow[]>;
}
export type ForeignRow = Readonly<Record<string, string | null>>;
