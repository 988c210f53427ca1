import { randomBytes } from "node:crypto";
import { env } from "node:process";
import type { TestProject } from "vitest/node";

import { connect, toDatabaseUrl } from "./connect.ts";
import { prepareTemplate } from "./prepare-template.ts";
import { startTestCluster, sweepTestClusters } from "./test-clusters.ts";

/** Starts one PostgreSQL for the whole test run, unless `TEST_DATABASE_URL` names a server to use. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using starting = new AsyncDisposableStack();
  const databaseUrl = env["TEST_DATABASE_URL"] ?? (await startCluster(starting));
  // Random, since several runs may share one server.
  const templateDatabase = `corral_template_${randomBytes(4).toString("hex")}`;
  starting.defer(async () => dropDatabase(databaseUrl, templateDatabase));
  await prepareTemplate(toDatabaseUrl(databaseUrl, templateDatabase));
  project.provide("databaseUrl", databaseUrl);
  project.provide("templateDatabase", templateDatabase);

  const resources = starting.move();
  return async () => resources.disposeAsync();
}

async function startCluster(resources: AsyncDisposableStack): Promise<string> {
  await sweepTestClusters();
  return resources.use(await startTestCluster()).url;
}

async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await using server = await connect(serverUrl);
  await server.query(`drop database if exists ${server.escapeIdentifier(name)} with (force)`);
}
