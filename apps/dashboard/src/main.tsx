import "./styles/index.css";

import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { createAppRouter } from "./routes.tsx";
import { ApiProvider } from "./session/api-provider.tsx";
import { OpenedWithContext, reloadOnNewLink, takeOpenedWith } from "./session/opened-with.ts";
import { StrictCsp } from "./ui/csp.tsx";
import { ToastContext, ToastQueue } from "./ui/toasts.tsx";

const container = document.getElementById("root");
if (!container) throw new Error("index.html has no #root.");

// Before the router reads the address.
const openedWith = takeOpenedWith();
reloadOnNewLink();

createRoot(container).render(
  <StrictMode>
    <StrictCsp>
      <ApiProvider>
        <ToastContext value={new ToastQueue()}>
          <OpenedWithContext value={openedWith}>
            <RouterProvider router={createAppRouter()} />
          </OpenedWithContext>
        </ToastContext>
      </ApiProvider>
    </StrictCsp>
  </StrictMode>,
);
