import type { ContentPart } from "@corral/core";

type Media = readonly [start: RegExp, toPart: (data: string) => ContentPart];

const image =
  (mime: string) =>
  (data: string): ContentPart => ({ type: "image_url", image_url: { url: `data:${mime};base64,${data}` } });
const audio =
  (format: string) =>
  (data: string): ContentPart => ({ type: "input_audio", input_audio: { data, format } });

/** What stands among Ollama's images, by the base64 of its first bytes. */
const media: readonly Media[] = [
  [/^iVBORw0KGgo/u, image("image/png")],
  [/^\/9j\//u, image("image/jpeg")],
  [/^R0lGOD(?:dh|lh)/u, image("image/gif")],
  [/^UklGR.{6}XRUJQ/u, image("image/webp")], // "RIFF", four bytes of size, "WEBP"
  [/^UklGR.{6}XQVZF/u, audio("wav")], // "RIFF", four bytes of size, "WAVE"
  [/^(?:SUQz|\/\/[I-Po-v])/u, audio("mp3")], // "ID3", or the beginning of a frame
];

/** The part for one of Ollama's images; `undefined` for bytes of another kind. */
export function sniffMedia(data: string): ContentPart | undefined {
  return media.find(([start]) => start.test(data))?.[1](data);
}
