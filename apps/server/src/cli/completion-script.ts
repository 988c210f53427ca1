import type { Command, Option } from "commander";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** What may follow a command: its sub-commands, its options, and the values of its first argument. */
type Node = { readonly path: string; readonly words: readonly Word[]; readonly takesFiles: boolean };
type Word = { readonly text: string; readonly about: string };

/** A script for a shell, made from the commands as they are: nothing has to be started to complete a word. */
export function renderCompletion(program: Command, shell: Shell): string {
  const nodes = listNodes(program, "");
  if (shell === "bash") return renderBash(nodes);
  return shell === "zsh" ? renderZsh(nodes) : renderFish(nodes);
}

function listNodes(command: Command, path: string): Node[] {
  const children = command.commands.filter((child) => child.name() !== "help");
  const choices = command.registeredArguments.flatMap((argument) => argument.argChoices ?? []);
  const own: Node = {
    path,
    words: [
      ...children.map((child) => ({ text: child.name(), about: child.description() })),
      ...choices.map((text) => ({ text, about: "" })),
      ...listOptions(command).flatMap(toWords),
    ],
    takesFiles: command.registeredArguments.some(({ argChoices }) => argChoices === undefined),
  };
  return [own, ...children.flatMap((child) => listNodes(child, `${path} ${child.name()}`.trim()))];
}

/** Its own, those that hold everywhere, and help. */
function listOptions(command: Command): readonly Option[] {
  const help = command.createHelp();
  const inherited = command.parent === null ? [] : help.visibleGlobalOptions(command);
  return [...help.visibleOptions(command), ...inherited].filter(({ long }) => long !== "--version");
}

function toWords({ long, description }: Option): Word[] {
  return long === undefined || long === null ? [] : [{ text: long, about: description }];
}

function renderBash(nodes: readonly Node[]): string {
  const cases = nodes.map(
    ({ path, words, takesFiles }) =>
      `    ${quote(path)}) words=${quote(words.map(({ text }) => text).join(" "))}; files=${takesFiles ? "1" : ""} ;;`,
  );
  return `_corral() {
  local path="" word words="" files="" current="\${COMP_WORDS[COMP_CWORD]}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) _corral_has "\${path:+$path }$word" && path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
${cases.join("\n")}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  [[ -n $files && $current != -* || "\${COMP_WORDS[COMP_CWORD-1]}" == -o ]] && mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current")
}
_corral_has() {
  case "$1" in ${nodes
    .filter(({ path }) => path !== "")
    .map(({ path }) => quote(path))
    .join("|")}) return 0 ;; esac
  return 1
}
complete -o filenames -F _corral corral
`;
}

function renderZsh(nodes: readonly Node[]): string {
  const cases = nodes.map(({ path, words, takesFiles }) => {
    const items = words.map(({ text, about }) => quote(`${text.replaceAll(":", "\\:")}:${about}`));
    return `    ${quote(path)}) items=(${items.join(" ")}); files=${takesFiles ? "1" : "''"} ;;`;
  });
  return `#compdef corral
_corral() {
  local -a items
  local word route="" files=""
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${route:+$route }$word" in
      ${nodes
        .filter(({ path }) => path !== "")
        .map(({ path }) => quote(path))
        .join("|")}) route="\${route:+$route }$word" ;;
    esac
  done
  case "$route" in
${cases.join("\n")}
  esac
  _describe 'corral' items
  [[ -n $files ]] && _files
  return 0
}
compdef _corral corral
`;
}

function renderFish(nodes: readonly Node[]): string {
  const lines = nodes.flatMap(({ path, words, takesFiles }) => {
    const deeper = nodes.filter(
      (other) => other.path.startsWith(path === "" ? "" : `${path} `) && other.path !== path,
    );
    const next = deeper.map((other) => other.path.slice(path.length).trim().split(" ", 1)[0] ?? "");
    const when = [
      ...path
        .split(" ")
        .filter((part) => part !== "")
        .map((part) => `__fish_seen_subcommand_from ${part}`),
      ...(next.length > 0 ? [`not __fish_seen_subcommand_from ${[...new Set(next)].join(" ")}`] : []),
    ].join("; and ");
    const condition = when === "" ? "" : ` -n ${quote(when)}`;
    return words.map(({ text, about }) => {
      const what = text.startsWith("--") ? `-l ${text.slice(2)}` : `-a ${quote(text)}`;
      return `complete -c corral${takesFiles ? "" : " -f"}${condition} ${what} -d ${quote(about)}`;
    });
  });
  return `${lines.join("\n")}\n`;
}

/** For any of the three shells. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
