import "./styles/index.css";

import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { SetupCodeContext, takeSetupCode } from "./features/setup/setup-code.ts";
import { createAppRouter } from "./routes.tsx";
import { ApiProvider } from "./session/api-provider.tsx";
import { StrictCsp } from "./ui/csp.tsx";
import { ToastContext, ToastQueue } from "./ui/toasts.tsx";

const container = document.getElementById("root");
if (!container) throw new Error("index.html has no #root.");

// Before the router reads the address.
const setupCode = takeSetupCode();

createRoot(container).render(
  <StrictMode>
    <StrictCsp>
      <ApiProvider>
        <ToastContext value={new ToastQueue()}>
          <SetupCodeContext value={setupCode}>
            <RouterProvider router={createAppRouter()} />
          </SetupCodeContext>
        </ToastContext>
      </ApiProvider>
    </StrictCsp>
  </StrictMode>,
);
