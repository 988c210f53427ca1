import { withoutLooking } from "../expectations.ts";
import type { Row } from "../row.ts";

export const rows: readonly Row[] = ["/health", "/ready", "/", "/index.html", "/assets/app.js"].map(
  (path) => ({
    door: `GET ${path}`,
    ...withoutLooking,
    call: () => ({ path }),
  }),
);
