import { startDemoProviders } from "@corral/simulated-providers/demo";
import { readEnvironment } from "../src/env.ts";
import { serve } from "../src/serve.ts";
import { thisTerminal } from "../src/this-terminal.ts";
import { seedDemo } from "./seed-demo.ts";

/*
 * `pnpm demo`: the real server on a data directory of its own, with two simulated providers, an administrator and a few
 * models. For trying out on one's own machine: the password is printed.
 */

const administrator = { email: "demo@example.com", password: "demo-password-for-corral" };
const ports = { ollamaPort: 18_434, openaiPort: 18_435 };

const providers = await startDemoProviders(ports);
const environment = readEnvironment();
const server = await serve(
  {
    ...environment,
    CORRAL_DATA_DIR: environment["CORRAL_DATA_DIR"] ?? ".corral/demo",
    CORRAL_ADMIN_EMAIL: administrator.email,
    CORRAL_ADMIN_PASSWORD: administrator.password,
  },
  thisTerminal,
);
if (server === undefined) {
  await providers.stop();
} else {
  await seedDemo(server.url, administrator, providers);
  thisTerminal.print(
    `Demo: the providers are simulated. Sign in as ${administrator.email} with ${administrator.password}\n\n`,
  );
}
