import type { Command } from "commander";
import { ConfigError } from "../base/errors.ts";
import { print } from "./output.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

/** The script that a shell loads, made from the commands themselves. */
export function addCompletion(program: Command): void {
  program
    .command("completion")
    .description("print a script for tab completion: source <(millrace completion bash)")
    .argument("<shell>", SHELLS.join(", "))
    .action((shell: string) => print(scriptFor(known(shell), commandsOf(program, [])).trimEnd()));
}

function known(shell: string): Shell {
  const found = SHELLS.find((name) => name === shell);
  if (found !== undefined) return found;
  const message = `there is no completion for ${JSON.stringify(shell)}`;
  throw new ConfigError("FLAGS", [{ code: "FLAG_VALUE", path: "", message, hint: `${SHELLS.join(", ")} are known` }]);
}

interface Completed {
  /** Words before, without the program's name. */
  path: readonly string[];
  words: readonly { word: string; description: string }[];
  /** Options take a value. */
  valued: readonly string[];
}

function commandsOf(command: Command, path: readonly string[]): Completed[] {
  const shown = command.commands.map((sub) => ({ word: sub.name(), description: sub.description() }));
  const options = command.options.flatMap(({ long, description }) =>
    long == null ? [] : [{ word: long, description }],
  );
  const valued = command.options.flatMap(({ long, required, optional }) =>
    long != null && (required || optional) ? [long] : [],
  );
  const below = command.commands.flatMap((sub) => commandsOf(sub, [...path, sub.name()]));
  return [{ path, words: [...shown, ...options, { word: "--help", description: "show help" }], valued }, ...below];
}

function scriptFor(shell: Shell, commands: readonly Completed[]): string {
  if (shell === "fish") return fishScript(commands);
  const bash = bashScript(commands);
  return shell === "bash" ? bash : `autoload -U +X bashcompinit && bashcompinit\n${bash}`;
}

/** Paths are completed where a value may be one: behind options that take any, and as arguments. */
function bashScript(commands: readonly Completed[]): string {
  const branches = commands.map(({ path, words }) => {
    return `    ${JSON.stringify(path.join(" "))}) words=${JSON.stringify(words.map(({ word }) => word).join(" "))} ;;`;
  });
  const names = commands.filter(({ path }) => path.length > 0).map(({ path }) => path.join(" "));
  const valued = [...new Set(commands.flatMap((command) => command.valued))].join("|");
  return `_millrace() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
      ${names.map((name) => JSON.stringify(name)).join("|")}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$before" in
    ${valued}) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  case "$path" in
${branches.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ \${#COMPREPLY[@]} -gt 0 ] || [ -z "$path" ] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -o filenames -F _millrace millrace
`;
}

function fishScript(commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ path, words, valued }) => {
    const condition = path.length === 0 ? "__fish_use_subcommand" : `__fish_seen_subcommand_from ${path.at(-1)}`;
    return words.map(({ word, description }) => {
      const what = word.startsWith("--") ? `-l ${word.slice(2)}${valued.includes(word) ? " -r" : ""}` : `-f -a ${word}`;
      return `complete -c millrace -n ${quoted(condition)} ${what} -d ${quoted(description)}`;
    });
  });
  return `${lines.join("\n")}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\\\", "\\\\\\\\").replaceAll("'", "\\\\'")}'`;
}
