import { DomainError, type ContentPart } from "@corral/core";

/** Where in the request something is, for error messages. */
export type MessagePath = readonly (string | number)[];

/** Base64 of the first bytes of the image types that Ollama decodes. */
const imageStarts: readonly RegExp[] = [
  /^iVBORw0KGgo/u, // PNG
  /^\/9j\//u, // JPEG
  /^R0lGOD(?:dh|lh)/u, // GIF
  /^UklGR.{6}XRUJQ/u, // WebP: "RIFF", four bytes of size, "WEBP"
];

/**
 * The base64 that Ollama wants for an image, from a `data:` URL.
 *
 * @throws DomainError `unsupported_feature` for other URLs, which Corral never fetches; `invalid_input` for what is not an image.
 */
export function toOllamaImage(part: Extract<ContentPart, { type: "image_url" }>, path: MessagePath): string {
  const { url } = part.image_url;
  if (!/^data:/iu.test(url)) {
    throw new DomainError("unsupported_feature", "Ollama needs the image itself: send it as a data: URL.", {
      details: { param: "messages", issues: [{ path, message: "must be a data: URL" }] },
    });
  }
  const comma = url.indexOf(",");
  if (!url.slice(0, comma).toLowerCase().endsWith(";base64"))
    throw invalid(path, "must be a base64 data: URL");
  const data = toBase64(url.slice(comma + 1), path);
  assertImage(data, path);
  return data;
}

/** @throws DomainError `invalid_input` for what is not base64 of an image */
export function assertBase64Image(image: unknown, path: MessagePath): void {
  assertImage(toBase64(typeof image === "string" ? image : "", path), path);
}

function assertImage(data: string, path: MessagePath): void {
  if (!imageStarts.some((start) => start.test(data)))
    throw invalid(path, "is not a PNG, JPEG, GIF or WebP image");
}

/** Ollama takes audio in the place of images. */
export function toOllamaAudio(
  part: Extract<ContentPart, { type: "input_audio" }>,
  path: MessagePath,
): string {
  return toBase64(part.input_audio.data, path);
}

function toBase64(text: string, path: MessagePath): string {
  const data = /\s/u.test(text) ? text.replace(/\s+/gu, "") : text;
  // One character more than a group of four holds no whole byte.
  if (!/^[A-Za-z0-9+/]+={0,2}$/u.test(data) || data.replace(/(?<!=)=+$/u, "").length % 4 === 1)
    throw invalid(path, "is not valid base64");
  return data;
}

function invalid(path: MessagePath, message: string): DomainError {
  return new DomainError("invalid_input", `An attachment ${message}.`, {
    details: { param: String(path[0]), issues: [{ path, message }] },
  });
}
