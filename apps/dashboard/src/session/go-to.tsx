import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";

/** Goes elsewhere, once. The router's own `Navigate` goes again at every render until the other page has loaded. */
export function GoTo({ href }: { href: string }): null {
  const navigate = useNavigate();
  useEffect(() => {
    void navigate({ href, replace: true });
  }, [href, navigate]);
  return null;
}
