import "./styles/index.css";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { createAppRouter } from "./routes.tsx";
import { type Session, SessionContext } from "./shell/session.ts";
import { StrictCsp } from "./ui/csp.tsx";
import { ToastContext, ToastQueue } from "./ui/toasts.tsx";

/** Lets the kit show a shell as an administrator sees it; dropped from production, like the kit. */
const kitSession: Session | undefined =
  import.meta.env.DEV || import.meta.env.MODE === "kit"
    ? {
        name: "Ada Lovelace",
        email: "ada@example.com",
        rights: new Set(["connections.read", "users.read"]),
        signOut: () => {},
      }
    : undefined;

const container = document.getElementById("root");
if (!container) throw new Error("index.html has no #root.");

createRoot(container).render(
  <StrictMode>
    <StrictCsp>
      <QueryClientProvider client={new QueryClient()}>
        <ToastContext value={new ToastQueue()}>
          <SessionContext value={kitSession}>
            <RouterProvider router={createAppRouter()} />
          </SessionContext>
        </ToastContext>
      </QueryClientProvider>
    </StrictCsp>
  </StrictMode>,
);
