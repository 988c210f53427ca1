import { toProblem } from "../lib/problem.ts";
import { useToast } from "./toasts.tsx";

/** For changes without a place of their own for errors: switches, menu entries. */
export function useFailureToast(): (title: string, error: unknown) => void {
  const toast = useToast();
  return (title, error) => {
    const { message, remedy } = toProblem(error);
    toast({ title, description: `${message} ${remedy}`.trim(), tone: "error" });
  };
}
