import { useEffect, useState } from "react";

const hiddenForMs = 60_000;

/** False once the tab has been hidden for a minute: a browser opens only six streams to one server over HTTP/1.1. */
export function useIsVisible(): boolean {
  const [isVisible, setIsVisible] = useState(true);
  useEffect(() => {
    let timer: number | undefined;
    const onChange = (): void => {
      window.clearTimeout(timer);
      if (document.visibilityState === "visible") setIsVisible(true);
      else timer = window.setTimeout(() => setIsVisible(false), hiddenForMs);
    };
    document.addEventListener("visibilitychange", onChange);
    return () => {
      document.removeEventListener("visibilitychange", onChange);
      window.clearTimeout(timer);
    };
  }, []);
  return isVisible;
}
