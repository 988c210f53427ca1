import type { CliOutput } from "../cli-host.ts";
import type { Style } from "./style.ts";
import { fit } from "./text-width.ts";

/** What a long command says while it works. */
export interface Progress extends Disposable {
  /** @param share From 0 to 1; `null` when nobody knows how much there is. */
  show(text: string, share: number | null): void;
}

const everyMs = 80;
const barWidth = 24;
const spinner = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";

/** One line of a terminal that is drawn anew, and gone at the end. Elsewhere nothing: logs are no place for it. */
export function createProgress(
  output: CliOutput,
  options: { readonly style: Style; readonly isQuiet: boolean; readonly nowMs: () => number },
): Progress {
  if (!output.isTerminal || options.isQuiet)
    return { show: () => undefined, [Symbol.dispose]: () => undefined };
  let drawnMs = Number.NEGATIVE_INFINITY;
  let turn = 0;
  return {
    show(text, share) {
      const nowMs = options.nowMs();
      if (nowMs - drawnMs < everyMs && share !== 1) return;
      drawnMs = nowMs;
      turn += 1;
      const head = share === null ? (spinner[turn % spinner.length] ?? "") : toBar(share, options.style);
      const percent = share === null ? "" : ` ${String(Math.floor(share * 100)).padStart(3)} %`;
      const used = share === null ? 1 : barWidth + percent.length;
      const room = Math.max(0, (output.columns() ?? 80) - used - 2);
      output.write(`\r\u001b[2K${head}${percent} ${fit(text, room)}`);
    },
    [Symbol.dispose]() {
      if (turn > 0) output.write("\r\u001b[2K");
      turn = 0;
    },
  };
}

function toBar(share: number, style: Style): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * barWidth);
  return style("green", "█".repeat(full)) + style("dim", "░".repeat(barWidth - full));
}
