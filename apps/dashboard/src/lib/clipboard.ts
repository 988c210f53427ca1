/**
 * Copies text, also where the clipboard interface is missing: it exists on https and localhost only, and a
 * dashboard on a LAN address is neither.
 *
 * @returns Whether the text is on the clipboard.
 */
export async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Permission can be refused; the older way may still work.
    }
  }
  const area = document.createElement("textarea");
  const previous = document.activeElement;
  area.value = text;
  area.style.position = "fixed";
  // Inside the open dialog if there is one: focus may not leave it.
  const host = document.querySelector('[role="dialog"], [role="alertdialog"]') ?? document.body;
  host.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  if (previous instanceof HTMLElement) previous.focus();
  return isCopied;
}
