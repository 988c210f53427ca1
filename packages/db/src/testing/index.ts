export { connect } from "./connect.ts";
export { createTestDatabase, type TestDatabase } from "./create-test-database.ts";
export { createTestDataDir, startTestCluster, type TestCluster, type TestDataDir } from "./test-clusters.ts";
