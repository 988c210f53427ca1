import { invalidField } from "../error/invalid-field.ts";
import { z } from "zod";
import type { DomainError } from "../error/domain-error.ts";
import { limits } from "../limits.ts";

const dataUrl = /^data:image\/(png|jpeg|gif|webp);base64,([A-Za-z0-9+/]+={0,2})$/u;

export const imageFormats = ["png", "jpeg", "gif", "webp"] as const;
export type ImageFormat = (typeof imageFormats)[number];

/** First bytes of each raster format, one character a byte. WebP is RIFF with "WEBP" after four bytes of length. */
const magic: Readonly<Record<ImageFormat, (bytes: string) => boolean>> = {
  png: (bytes) => bytes.startsWith("\u0089PNG\r\n\u001a\n"),
  jpeg: (bytes) => bytes.startsWith("\u00ff\u00d8\u00ff"),
  gif: (bytes) => bytes.startsWith("GIF87a") || bytes.startsWith("GIF89a"),
  webp: (bytes) => bytes.startsWith("RIFF") && bytes.slice(8, 12) === "WEBP",
};

/** What the bytes are, whatever anybody says of them; `undefined` for no raster format of ours. */
export function findImageFormat(bytes: Uint8Array): ImageFormat | undefined {
  const start = String.fromCodePoint(...bytes.subarray(0, 12));
  return imageFormats.find((format) => magic[format](start));
}

/** The route that serves the pictures of models. */
export const modelImagePath = "/models/model/profile/image";

/** Where a model's stored picture is found. The hash says which: another picture has another address. */
export function toImageUrl(uid: string, hash: string): string {
  return `${modelImagePath}?id=${uid}&v=${hash}`;
}

const reference = "corral-image:";
const issuedUrl = /^\/models\/model\/profile\/image\?id=[0-9a-f-]{36}&v=([0-9a-f]{64})$/u;
/** What a stored picture is named by inside, and in the history. */
const storedImage = /^corral-image:([0-9a-f]{64})$/u;

/** SHA-256 of the stored picture that a model's meta names. */
export function findImageHash(url: unknown): string | undefined {
  return typeof url === "string" ? storedImage.exec(url)?.[1] : undefined;
}

export function toImageReference(hash: string): string {
  return `${reference}${hash}`;
}

/**
 * A raster image as a data URL whose bytes are what its type says, or an https address that we store and never fetch.
 * The address that we issued for a stored picture means that picture.
 */
export const profileImageUrlSchema = z
  .string()
  .transform((url) => {
    const hash = issuedUrl.exec(url)?.[1];
    return hash === undefined ? url : toImageReference(hash);
  })
  .superRefine((url, context) => {
    const problem = imageProblem(url);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  });

/** A person's picture: raster data alone, since nothing but what is stored is ever shown. */
export const portraitSchema = z.string().superRefine((url, context) => {
  const problem = url.startsWith("data:")
    ? imageProblem(url)
    : "must be a PNG, JPEG, GIF or WebP as a data: URL";
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
});

function imageProblem(url: string): string | undefined {
  if (storedImage.test(url)) return undefined;
  if (url.startsWith("https://")) {
    return url.length <= 2_048 && URL.canParse(url) ? undefined : "is not a usable https address";
  }
  const match = dataUrl.exec(url);
  if (match === null) return "must be a PNG, JPEG, GIF or WebP as a base64 data: URL, or an https address";
  const [, format = "", base64 = ""] = match;
  if ((base64.length * 3) / 4 > limits.imageBytes) return `may have ${limits.imageBytes / 1024} KiB at most`;
  const is = imageFormats.find((name) => name === format);
  return is !== undefined && magic[is](atob(base64.slice(0, 32)))
    ? undefined
    : `does not hold ${format} data`;
}

/** What a picture in a `data:` URL will be named by once it is stored; any other text as it is. */
export async function toStoredImageUrl(url: string): Promise<string> {
  const base64 = dataUrl.exec(url)?.[2];
  if (base64 === undefined) return url;
  const bytes = Uint8Array.from(atob(base64), (character) => character.codePointAt(0) ?? 0);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return toImageReference(Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join(""));
}

/** As the database says it of a picture that is not there. */
export function unknownImage(): DomainError {
  return invalidField(["meta", "profile_image_url"], "There is no such image; send it as a data: URL.");
}
