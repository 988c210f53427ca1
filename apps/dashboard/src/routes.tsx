import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";

import { parseSearch, stringifySearch } from "./lib/url-state.ts";
import { NotFound, RouteError } from "./shell/route-problems.tsx";
import { BareShell, Shell } from "./shell/shell.tsx";

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

/** All screens read flat text values; what they mean is each screen's codec. */
const validateSearch = (search: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(search).map(([key, value]) => [key, String(value)]));

const setup = createRoute({
  getParentRoute: () => bare,
  path: "/setup",
  validateSearch,
  component: lazyRouteComponent(() => import("./features/setup/setup-screen.tsx"), "SetupScreen"),
});

const signIn = createRoute({
  getParentRoute: () => bare,
  path: "/sign-in",
  validateSearch,
  component: lazyRouteComponent(() => import("./features/sign-in/sign-in-screen.tsx"), "SignInScreen"),
});

const invitation = createRoute({
  getParentRoute: () => bare,
  path: "/invitation",
  component: lazyRouteComponent(() => import("./features/links/invitation-screen.tsx"), "InvitationScreen"),
});

const passwordLink = createRoute({
  getParentRoute: () => bare,
  path: "/password",
  component: lazyRouteComponent(
    () => import("./features/links/password-link-screen.tsx"),
    "PasswordLinkScreen",
  ),
});

const catalog = createRoute({ getParentRoute: () => shell, path: "/catalog" });

const models = createRoute({
  getParentRoute: () => catalog,
  path: "/",
  validateSearch,
  component: lazyRouteComponent(() => import("./features/catalog/catalog-screen.tsx"), "CatalogScreen"),
});

const newModel = createRoute({
  getParentRoute: () => catalog,
  path: "new",
  validateSearch,
  component: lazyRouteComponent(() => import("./features/model/new-model-screen.tsx"), "NewModelScreen"),
});

// A splat, since model ids contain slashes.
const model = createRoute({
  getParentRoute: () => catalog,
  path: "$",
  validateSearch,
  component: lazyRouteComponent(() => import("./features/model/model-screen.tsx"), "ModelScreen"),
});

const playground = createRoute({
  getParentRoute: () => shell,
  path: "/playground",
  validateSearch,
  component: lazyRouteComponent(
    () => import("./features/playground/playground-screen.tsx"),
    "PlaygroundScreen",
  ),
});

const connections = createRoute({
  getParentRoute: () => shell,
  path: "/connections",
  component: lazyRouteComponent(
    () => import("./features/connections/connections-screen.tsx"),
    "ConnectionsScreen",
  ),
});

const fleet = createRoute({
  getParentRoute: () => shell,
  path: "/fleet",
  validateSearch,
  component: lazyRouteComponent(() => import("./features/ollama/fleet-screen.tsx"), "FleetScreen"),
});

const users = createRoute({
  getParentRoute: () => shell,
  path: "/users",
  validateSearch,
  component: lazyRouteComponent(() => import("./features/people/users-screen.tsx"), "UsersScreen"),
});

const person = createRoute({
  getParentRoute: () => shell,
  path: "/users/$userId",
  component: lazyRouteComponent(() => import("./features/person/person-screen.tsx"), "PersonScreen"),
});

const invitations = createRoute({
  getParentRoute: () => shell,
  path: "/invitations",
  component: lazyRouteComponent(
    () => import("./features/people/invitations-screen.tsx"),
    "InvitationsScreen",
  ),
});

const groups = createRoute({
  getParentRoute: () => shell,
  path: "/groups",
  component: lazyRouteComponent(() => import("./features/people/groups-screen.tsx"), "GroupsScreen"),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: "/account",
  validateSearch,
  component: lazyRouteComponent(() => import("./features/account/account-screen.tsx"), "AccountScreen"),
});

// Inside the shell, so that someone who is lost still has the navigation.
const unknown = createRoute({ getParentRoute: () => shell, path: "$", component: NotFound });

const screens = [
  catalog.addChildren([models, newModel, model]),
  playground,
  fleet,
  connections,
  users,
  person,
  invitations,
  groups,
  account,
  unknown,
] as const;

// Both conditions are constants to the bundler, which drops the page and its chunk from production. Outside the
// gate: the kit needs no server.
const kit =
  import.meta.env.DEV || import.meta.env.MODE === "kit"
    ? [
        createRoute({
          getParentRoute: () => root,
          path: "/__kit",
          component: lazyRouteComponent(() => import("./kit/kit-screen.tsx"), "KitScreen"),
        }),
      ]
    : [];

const tree = root.addChildren([
  home,
  bare.addChildren([setup, signIn, invitation, passwordLink]),
  shell.addChildren([...screens]),
  ...kit,
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
