import { Toast } from "@base-ui/react/toast";
import { CircleAlert, X } from "lucide-react";
import { type ReactElement, useEffect, useState } from "react";

import { m } from "../../lib/messages.ts";
import type { Toast as ToastMessage, ToastQueue } from "../toasts.tsx";

const plainMs = 5_000;
const undoMs = 10_000;

export function ToastsOverlay({ queue }: { queue: ToastQueue }): ReactElement {
  const [manager] = useState(() => Toast.createToastManager());
  useEffect(() => queue.connect((toast) => manager.add(toOptions(toast, manager.close))), [queue, manager]);
  return (
    <Toast.Provider toastManager={manager} limit={4}>
      <Toast.Portal>
        <Toast.Viewport className="toasts" aria-label={m.ui.notifications()}>
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

type Manager = ReturnType<typeof Toast.createToastManager>;

function toOptions(toast: ToastMessage, close: Manager["close"]): Parameters<Manager["add"]>[0] {
  const isError = toast.tone === "error";
  const { action } = toast;
  const id = crypto.getRandomValues(new Uint32Array(1)).join("");
  return {
    id,
    title: toast.title,
    description: toast.description,
    type: toast.tone ?? "info",
    priority: isError ? "high" : "low",
    timeout: isError ? 0 : action ? undoMs : plainMs,
    ...(action && {
      actionProps: {
        children: action.label,
        onClick: () => {
          close(id);
          action.onSelect();
        },
      },
    }),
  };
}

function List(): ReactElement[] {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} swipeDirection={["right", "down"]} className="toast">
      <Toast.Content className="toast-content">
        {toast.type === "error" && <CircleAlert size={16} aria-hidden className="text-bad" />}
        <div data-toast-text>
          <Toast.Title className="font-strong" />
          <Toast.Description className="text-ink-muted" />
        </div>
        <Toast.Action className="button" data-size="small" />
        <Toast.Close className="inline-button" aria-label={m.ui.close()}>
          <X size={16} aria-hidden />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}
