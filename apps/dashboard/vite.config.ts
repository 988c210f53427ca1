import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressAssets } from "./compress-assets.ts";

const server = "http://127.0.0.1:8420";

export default defineConfig({
  plugins: [react(), tailwindcss(), compressAssets()],
  server: {
    host: "127.0.0.1",
    proxy: Object.fromEntries(
      ["/trpc", "/v1", "/api", "/health", "/ready"].map((path) => [path, { target: server }]),
    ),
  },
  build: {
    // First versions with light-dark(), oklch() and field ordering; older targets would make the CSS
    // minifier replace light-dark() by a polyfill.
    target: ["chrome125", "edge125", "firefox128", "safari18"],
    manifest: true,
    modulePreload: { polyfill: false },
    // The content security policy allows fonts and scripts from our own origin only, never data: URLs.
    assetsInlineLimit: 0,
  },
});
