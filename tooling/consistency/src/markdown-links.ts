import { dirname, join, normalize } from "node:path";

/** Targets of `[text](target)` outside code, with pictures; web addresses are not ours to check. */
export function listInternalLinks(markdown: string): string[] {
  const prose = markdown.replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, "").replaceAll(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)]
    .flatMap((match) => match[1] ?? [])
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target));
}

/** The anchors that a Markdown file offers, as GitHub derives them from headings. */
export function listAnchors(markdown: string): string[] {
  const headings = markdown.replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, "").matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm);
  return [...headings].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(/\s/g, "-"),
  );
}

/** Where a link of `file` leads: a path from the root, and an anchor when it has one. */
export function resolveLink(file: string, target: string): { path: string; anchor: string | undefined } {
  const [path = "", anchor] = target.split("#");
  const resolved = path === "" ? file : normalize(join(dirname(file), decodeURIComponent(path)));
  return { path: resolved.replace(/\/$/, ""), anchor };
}
