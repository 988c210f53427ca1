/** The name in what was typed, also in a command that was pasted: `ollama pull llama3.2`. */
export function toModelName(typed: string): string {
  return typed.trim().replace(/^ollama\s+(?:pull|run)\s+/u, "");
}
