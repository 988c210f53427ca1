import { DomainError } from "../error/domain-error.ts";
import type { ParsedDocument } from "./parse-document.ts";

/** SHA-256 of the bytes in a base64 `data:` URL, in hex: what a stored picture is named by. */
export async function hashOfImage(dataUrl: string): Promise<string> {
  const bytes = Uint8Array.from(atob(dataUrl.slice(dataUrl.indexOf(",") + 1)), (char) => char.charCodeAt(0));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The address with the picture by its name instead of its bytes; any other as it is. */
export async function toHashedImage(url: string): Promise<string> {
  return url.startsWith("data:") ? `corral-image:${await hashOfImage(url)}` : url;
}

/** The picture that the document brings under this name; the address as it is where it brings none. */
export function fromHashedImage(url: string, images: Readonly<Record<string, string>>): string {
  const hash = imageHashOf(url);
  return (hash === undefined ? undefined : images[hash]) ?? url;
}

/** The hash behind a reference to a stored picture. */
export function imageHashOf(url: unknown): string | undefined {
  return typeof url === "string" ? /^corral-image:([0-9a-f]{64})$/u.exec(url)?.[1] : undefined;
}

/** All pictures of a document by their names, also those that stand where they are used. */
export async function collectImages({ images, items }: ParsedDocument): Promise<ParsedDocument["images"]> {
  const urls = [
    ...(items.policy ?? []).map((parsed) => parsed.ok && parsed.item.actions?.image),
    ...(items.model ?? []).map((parsed) => parsed.ok && parsed.item.meta?.profile_image_url),
  ];
  const inline = urls.filter((url) => typeof url === "string" && url.startsWith("data:"));
  const named: [string, string][] = [];
  for (const url of inline) if (typeof url === "string") named.push([await hashOfImage(url), url]);
  return { ...images, ...Object.fromEntries(named) };
}

/** @throws DomainError `invalid_input` for a picture that is not the one its name says. */
export async function assertPictures(images: Readonly<Record<string, string>>): Promise<void> {
  for (const [hash, url] of Object.entries(images)) {
    if (url.startsWith("data:") && (await hashOfImage(url)) === hash) continue;
    const issues = [{ path: ["images", hash], message: "is not the picture with this SHA-256" }];
    throw new DomainError("invalid_input", `images.${hash} is not the picture with this SHA-256.`, {
      details: { issues },
    });
  }
}
