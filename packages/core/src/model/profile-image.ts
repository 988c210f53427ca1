import { z } from "zod";
import { limits } from "../limits.ts";

const dataUrl = /^data:image\/(png|jpeg|gif|webp);base64,([A-Za-z0-9+/]+={0,2})$/u;

/** First bytes of each raster format, as base64 of a prefix. WebP is RIFF with "WEBP" after four bytes of length. */
const magic: Readonly<Record<string, (bytes: string) => boolean>> = {
  png: (bytes) => bytes.startsWith("\u0089PNG\r\n\u001a\n"),
  jpeg: (bytes) => bytes.startsWith("\u00ff\u00d8\u00ff"),
  gif: (bytes) => bytes.startsWith("GIF87a") || bytes.startsWith("GIF89a"),
  webp: (bytes) => bytes.startsWith("RIFF") && bytes.slice(8, 12) === "WEBP",
};

/** A raster image as a data URL whose bytes are what its type says, or an https address that we store and never fetch. */
export const profileImageUrlSchema = z.string().superRefine((url, context) => {
  const problem = imageProblem(url);
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
});

/** What a stored picture is named by where it is read back; sending it means "unchanged". */
const storedImage = /^corral-image:[0-9a-f]{64}$/u;

function imageProblem(url: string): string | undefined {
  if (storedImage.test(url)) return undefined;
  if (url.startsWith("https://")) {
    return url.length <= 2_048 && URL.canParse(url) ? undefined : "is not a usable https address";
  }
  const match = dataUrl.exec(url);
  if (match === null) return "must be a PNG, JPEG, GIF or WebP as a base64 data: URL, or an https address";
  const [, format = "", base64 = ""] = match;
  if ((base64.length * 3) / 4 > limits.imageBytes) return `may have ${limits.imageBytes / 1024} KiB at most`;
  return magic[format]?.(atob(base64.slice(0, 32))) === true ? undefined : `does not hold ${format} data`;
}
