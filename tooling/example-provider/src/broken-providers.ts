import type { BrokenProvider } from "./broken/broken-provider.ts";
import { brokenFailures } from "./broken/broken-failures.ts";
import { brokenReading } from "./broken/broken-reading.ts";
import { brokenRequests } from "./broken/broken-requests.ts";
import { brokenSecrets } from "./broken/broken-secrets.ts";
import { brokenStreams } from "./broken/broken-streams.ts";

/** What providers do wrong. */
export const brokenProviders: readonly BrokenProvider[] = [
  ...brokenStreams,
  ...brokenSecrets,
  ...brokenRequests,
  ...brokenFailures,
  ...brokenReading,
];
