export {
  chromiumPath,
  findViolations,
  hasChromium,
  launchBrowser,
  openContext,
  openOverlay,
  openPage,
  takeScreenshot,
  themes,
  widths,
  type OpenOptions,
  type Theme,
  type WatchedContext,
  type WatchedPage,
} from "./browser.ts";
export { buildDashboard, type BuildResult } from "./build.ts";
export type { Browser, Page } from "playwright";
