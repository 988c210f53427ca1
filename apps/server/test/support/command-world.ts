import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestDatabase } from "@corral/db/testing";
import { secretKey } from "./start-test-server.ts";

/** Where commands of a test work: a database of their own, and a folder for what they write. */
export interface CommandWorld extends AsyncDisposable {
  readonly folder: string;
  readonly databaseUrl: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** @param template Of the database; the migrated one by default. */
export async function createCommandWorld(template?: string): Promise<CommandWorld> {
  await using starting = new AsyncDisposableStack();
  const { url } = starting.use(await createTestDatabase(template));
  const folder = await mkdtemp(join(tmpdir(), "corral-commands-"));
  starting.defer(() => rm(folder, { recursive: true }));
  const resources = starting.move();
  return {
    folder,
    databaseUrl: url,
    environment: {
      DATABASE_URL: url,
      CORRAL_SECRET_KEY: secretKey,
      CORRAL_DATA_DIR: join(folder, "data"),
      CORRAL_PORT: "0",
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
