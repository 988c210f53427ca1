/** SHA-256 of the bytes in a base64 `data:` URL, in hex: what a stored picture is named by. */
export async function hashOfImage(dataUrl: string): Promise<string> {
  const bytes = Uint8Array.from(atob(dataUrl.slice(dataUrl.indexOf(",") + 1)), (char) => char.charCodeAt(0));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The hash behind a reference to a stored picture. */
export function imageHashOf(url: unknown): string | undefined {
  return typeof url === "string" ? /^corral-image:([0-9a-f]{64})$/u.exec(url)?.[1] : undefined;
}
