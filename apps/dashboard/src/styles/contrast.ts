/** OKLCH colors as WCAG sees them. Only the tests need this: tokens are plain CSS. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Linear-light sRGB. @see https://www.w3.org/TR/css-color-4/#color-conversion-code */
export function toLinearRgb(lightness: number, chroma: number, hueDegrees: number): Rgb {
  const hue = (hueDegrees * Math.PI) / 180;
  const [a, b] = [chroma * Math.cos(hue), chroma * Math.sin(hue)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

/** @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export function getContrast(first: Rgb, second: Rgb): number {
  const [lighter = 0, darker = 0] = [getLuminance(first), getLuminance(second)].toSorted((x, y) => y - x);
  return (lighter + 0.05) / (darker + 0.05);
}

function getLuminance([red, green, blue]: Rgb): number {
  return 0.2126 * quantize(red) + 0.7152 * quantize(green) + 0.0722 * quantize(blue);
}

/** Screens show 8 bits a channel, and that is what a reader's tool measures. */
function quantize(linear: number): number {
  const clamped = Math.min(1, Math.max(0, linear));
  const encoded = clamped <= 0.0031308 ? 12.92 * clamped : 1.055 * clamped ** (1 / 2.4) - 0.055;
  const channel = Math.round(encoded * 255) / 255;
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}
