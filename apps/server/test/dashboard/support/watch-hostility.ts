import { expect } from "vitest";
import type { DashboardBench } from "./start-dashboard.ts";

/** As people and the accessibility tree see a page: texts, and what stands in fields. */
const readTexts = `[document.body.textContent, ...[...document.querySelectorAll("input, textarea")].map(({ value }) => value)].join("\\n")`;

/** Elements that only a text that became markup can have made. */
const findMarkup = `[...document.querySelectorAll("*")].filter((element) =>
  /^(?:iframe|object|embed|base|video|audio|marquee|math)$/i.test(element.localName) ||
  (element.localName === "script" && !element.src.startsWith(location.origin + "/")) ||
  [...element.attributes].some(({ name, value }) =>
    /^on/i.test(name) || (/^(?:src|href|xlink:href|action|data|srcdoc|style)$/i.test(name) && /hurt|evil\\.test/i.test(value)))
).map((element) => element.outerHTML.slice(0, 200))`;

/** Somebody's page that notes what hostile texts do in it. */
export async function watchHostility(bench: DashboardBench, email: string) {
  const { page, context, problems, ...opened } = await bench.open("/account", { as: email });
  const harm: string[] = [];
  await context.exposeFunction("hurt", (number: number) => harm.push(`ran: ${number}`));
  page.on("dialog", async (dialog) => {
    harm.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on("request", (request) => {
    const { origin, pathname } = new URL(request.url());
    const isOurs = origin === bench.server.url || request.url().startsWith("data:");
    if (!isOurs || pathname.includes("hurt")) harm.push(`asked for: ${request.url()}`);
  });
  return {
    page,
    harm,
    problems,
    /** Goes to a page, or stays, until it shows every one of the texts as it was written. */
    async expectTexts(path: string | null, texts: readonly string[]): Promise<void> {
      if (path !== null) await page.goto(bench.server.url + path);
      const look = async () => {
        const shown = await page.evaluate<string>(readTexts);
        const missing = texts.filter((text) => !shown.includes(text));
        return { missing, markup: await page.evaluate<string[]>(findMarkup) };
      };
      await expect.poll(look, { timeout: 15_000 }).toEqual({ missing: [], markup: [] });
    },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

/** The texts joined, as many as fit in so many characters. */
export function toChunks(texts: readonly string[], length: number): readonly string[] {
  const chunks: string[] = [];
  for (const text of texts) {
    const last = chunks.at(-1);
    if (last !== undefined && last.length + 1 + text.length <= length)
      chunks[chunks.length - 1] = `${last} ${text}`;
    else chunks.push(text);
  }
  return chunks;
}
