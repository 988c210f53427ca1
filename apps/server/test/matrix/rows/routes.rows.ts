import { withoutLooking } from "../expectations.ts";
import type { Row } from "../row.ts";

const paths = ["/health", "/ready", "/docs", "/docs/start.js", "/", "/index.html", "/assets/app.js"];

export const rows: readonly Row[] = paths.map((path) => ({
  door: `GET ${path.replace("start.js", ":part")}`,
  ...withoutLooking,
  call: () => ({ path }),
}));
