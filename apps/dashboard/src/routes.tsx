import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";

import { m } from "./lib/messages.ts";
import { parseSearch, stringifySearch } from "./lib/url-state.ts";
import { NotFound, RouteError } from "./shell/route-problems.tsx";
import { BareShell, Shell } from "./shell/shell.tsx";
import { TitledScreen } from "./shell/titled-screen.tsx";

const root = createRootRoute();
const bare = createRoute({ getParentRoute: () => root, id: "bare", component: BareShell });
const shell = createRoute({ getParentRoute: () => root, id: "shell", component: Shell });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/catalog", replace: true });
  },
});

const setup = createRoute({
  getParentRoute: () => bare,
  path: "/setup",
  staticData: { title: m.page.setup },
  component: TitledScreen,
});

const signIn = createRoute({
  getParentRoute: () => bare,
  path: "/sign-in",
  staticData: { title: m.page.signIn },
  component: TitledScreen,
});

const catalog = createRoute({ getParentRoute: () => shell, path: "/catalog" });

const models = createRoute({
  getParentRoute: () => catalog,
  path: "/",
  staticData: { title: m.nav.models },
  component: TitledScreen,
});

const newModel = createRoute({
  getParentRoute: () => catalog,
  path: "new",
  staticData: { title: m.page.newModel },
  component: TitledScreen,
});

// A splat, since model ids contain slashes.
const model = createRoute({
  getParentRoute: () => catalog,
  path: "$",
  staticData: { title: m.page.model },
  component: TitledScreen,
});

const playground = createRoute({
  getParentRoute: () => shell,
  path: "/playground",
  staticData: { title: m.nav.playground },
  component: TitledScreen,
});

const connections = createRoute({
  getParentRoute: () => shell,
  path: "/connections",
  staticData: { title: m.nav.connections },
  component: TitledScreen,
});

const users = createRoute({
  getParentRoute: () => shell,
  path: "/users",
  staticData: { title: m.nav.users },
  component: TitledScreen,
});

const groups = createRoute({
  getParentRoute: () => shell,
  path: "/groups",
  staticData: { title: m.nav.groups },
  component: TitledScreen,
});

const account = createRoute({
  getParentRoute: () => shell,
  path: "/account",
  staticData: { title: m.nav.apiKey },
  component: TitledScreen,
});

// Inside the shell, so that someone who is lost still has the navigation.
const unknown = createRoute({ getParentRoute: () => shell, path: "$", component: NotFound });

const screens = [
  catalog.addChildren([models, newModel, model]),
  playground,
  connections,
  users,
  groups,
  account,
  unknown,
] as const;

// Both conditions are constants to the bundler, which drops the page and its chunk from production.
const kit =
  import.meta.env.DEV || import.meta.env.MODE === "kit"
    ? [
        createRoute({
          getParentRoute: () => shell,
          path: "/__kit",
          component: lazyRouteComponent(() => import("./kit/kit-screen.tsx"), "KitScreen"),
        }),
      ]
    : [];

const tree = root.addChildren([
  home,
  bare.addChildren([setup, signIn]),
  shell.addChildren([...screens, ...kit]),
]);

export function createAppRouter() {
  return createRouter({
    routeTree: tree,
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    defaultErrorComponent: RouteError,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
