import { format } from "../lib/format.ts";
import { enAccess } from "./en/access.ts";
import { enCatalog } from "./en/catalog.ts";
import { enConnections } from "./en/connections.ts";
import { enPeople } from "./en/people.ts";
import { enSignIn } from "./en/sign-in.ts";

const { list, number, plural, time } = format;

/** English. Sentence case, no exclamation marks, numbers first; errors say what, why, and what next. */
export const en = {
  ...enSignIn,
  ...enConnections,
  ...enCatalog,
  ...enAccess,
  ...enPeople,
  app: {
    name: () => "Corral",
    title: (p: { page: string }) => `${p.page} · Corral`,
    skip: () => "Skip to content",
    offline: (p: { since: Date | undefined }) =>
      p.since ? `Not connected. Showing data from ${time(p.since)}.` : "Not connected.",
    retry: () => "Retry",
    failed: () => "This page could not be shown",
    notFound: () => "There is no such page",
    notFoundHint: () => "The address may be mistyped, or what it showed may be gone.",
    toModels: () => "Open models",
    loading: () => "Loading",
    actions: () => "Actions",
    actionsFor: (p: { name: string }) => `Actions for ${p.name}`,
    delete: () => "Delete",
    deleteThis: (p: { name: string }) => `Delete ${p.name}`,
    deleteNamed: (p: { name: string }) => `Delete ${p.name}?`,
    denied: (p: { right: string }) =>
      `You need the permission ${p.right} for this. An administrator can grant it.`,
    deniedRole: () => "Only administrators may see this page.",
  },
  problem: {
    unreachable: () => "The server did not answer.",
    unreachableRemedy: () =>
      "Check that it runs and that you are connected; this page tries again by itself.",
    bugRemedy: () => "This looks like a fault of the dashboard. Reload the page.",
    /** By the names of what browsers throw about passkeys. */
    declined: {
      NotAllowedError: () => "The device did not confirm it: it was declined, or took too long. Try again.",
      InvalidStateError: () => "This device has a passkey for your account already. Use that one.",
      SecurityError: () =>
        "Passkeys belong to Corral's public address, which is not the one of this page. Open Corral there, by its name and with https.",
    },
  },
  stale: {
    text: () => "Someone else saved this while you were editing. Nothing of yours is lost.",
    load: () => "Load theirs",
    keep: () => "Keep mine over theirs",
  },
  leave: {
    title: () => "Leave without saving?",
    hint: () => "What you changed on this page has not been saved.",
    stay: () => "Stay",
    discard: () => "Discard",
  },
  nav: {
    main: () => "Main",
    models: () => "Models",
    playground: () => "Playground",
    connections: () => "Connections",
    ollama: () => "Ollama",
    people: () => "People",
    users: () => "Users",
    groups: () => "Groups",
    account: () => "Account",
    more: () => "More",
    collapse: () => "Collapse sidebar",
    expand: () => "Expand sidebar",
    signOut: () => "Sign out",
  },
  page: {
    setup: () => "Set up Corral",
    signIn: () => "Sign in",
    newModel: () => "New model",
    model: () => "Model",
  },
  appearance: {
    theme: () => "Theme",
    system: () => "System",
    light: () => "Light",
    dark: () => "Dark",
    density: () => "Density",
    comfortable: () => "Comfortable",
    compact: () => "Compact",
    shortcuts: () => "Single-key shortcuts",
  },
  shortcuts: {
    title: () => "Keyboard shortcuts",
    off: () => "Single-key shortcuts are off. Turn them on in the account menu.",
    search: () => "Search this page",
    models: () => "Go to models",
    playground: () => "Go to playground",
    connections: () => "Go to connections",
    users: () => "Go to users",
    groups: () => "Go to groups",
    ollama: () => "Go to Ollama",
    help: () => "Show this list",
    sidebar: () => "Collapse or expand the sidebar",
  },
  status: {
    ready: () => "Ready",
    degraded: () => "Degraded",
    unreachable: () => "Unreachable",
    refused: () => "Sign-in refused",
    gone_upstream: () => "Gone upstream",
    base_missing: () => "Base missing",
    base_inactive: () => "Base disabled",
    base_not_shared: () => "Base not shared",
    shadowed: () => "Shadowed",
    disabled: () => "Disabled",
    loading: () => "Loading",
  },
  lamp: { since: (p: { when: string }) => `· ${p.when}` },
  ui: {
    close: () => "Close",
    cancel: () => "Cancel",
    clear: () => "Clear",
    open: () => "Show options",
    remove: (p: { name: string }) => `Remove ${p.name}`,
    removeHint: () => "Press Backspace or Delete to remove",
    selected: (p: { names: readonly string[] }) => `Selected: ${list(p.names)}`,
    noMatch: (p: { query: string }) =>
      p.query ? `Nothing matches “${p.query}”.` : "Nothing to choose from.",
    searching: () => "Searching…",
    searchFailed: () => "The search failed. Type again to retry.",
    copy: () => "Copy",
    copied: () => "Copied",
    copyFailed: () => "Could not copy. Select the text instead.",
    copyDetails: () => "Copy details",
    reveal: () => "Show what is typed",
    conceal: () => "Hide what is typed",
    notSet: () => "Not set",
    optional: () => "Optional",
    typeToConfirm: (p: { text: string }) => `Type ${p.text} to confirm`,
    notifications: () => "Notifications",
    requestId: (p: { id: string }) => `Request ${p.id}`,
    options: (p: { count: number }) =>
      `${number(p.count)} ${plural(p.count, { one: "option", other: "options" })}`,
  },
  secret: {
    stored: (p: { hint: string; setAt: string; setBy: string | undefined }) =>
      p.setBy ? `${p.hint} · set ${p.setAt} by ${p.setBy}` : `${p.hint} · set ${p.setAt}`,
    replace: () => "Replace",
    keep: () => "Keep the stored one",
  },
  saveBar: {
    label: () => "Unsaved changes",
    changes: (p: { names: readonly string[] }) =>
      `${number(p.names.length)} unsaved ${plural(p.names.length, { one: "change", other: "changes" })}: ${list(p.names)}`,
    save: () => "Save",
    saving: () => "Saving…",
    discard: () => "Discard",
  },
  table: {
    region: (p: { label: string }) => `${p.label}, scrollable`,
    loadingRow: () => "Loading row",
    rows: (p: { count: number }) => `${number(p.count)} ${plural(p.count, { one: "row", other: "rows" })}`,
  },
};
