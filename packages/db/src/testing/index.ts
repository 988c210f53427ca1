export { aConnection, aCustomModel, addUser, anOverride, noSecrets, unique } from "./builders.ts";
export { connect } from "./connect.ts";
export { createTestDatabase, type TestDatabase } from "./create-test-database.ts";
export { openTestDatabase, testAuthor, testSecretKey, type OpenTestDatabase } from "./open-test-database.ts";
export { seedCatalog, type SeededCatalog, type SeedSize } from "./seed-catalog.ts";
export { createTestDataDir, startTestCluster, type TestCluster, type TestDataDir } from "./test-clusters.ts";
