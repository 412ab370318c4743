import { type ApiItem, apiModel, ENTRIES } from "./api-model.ts";

const TITLES: readonly (readonly [string, readonly string[]])[] = [
  ["Functions", ["Function"]],
  ["Classes", ["Class"]],
  ["Interfaces", ["Interface"]],
  ["Types", ["TypeAlias"]],
  ["Values", ["Variable", "Namespace"]],
];

/** Every export of the package with its declaration and what is said of it. */
export function apiPage(): string {
  const parts = Object.entries(ENTRIES).map(([name, entry]) => {
    const items = apiModel(entry);
    const groups = TITLES.flatMap(([title, kinds]) => {
      const found = items.filter(({ kind }) => kinds.includes(kind));
      return found.length === 0 ? [] : [`### ${title} of \`${name}\``, ...found.map(section)];
    });
    return [`## \`import … from "${name}"\``, ...groups].join("\n\n");
  });
  return `${[INTRODUCTION, ...parts].join("\n\n")}\n`;
}

const INTRODUCTION = `# API of the package

Every export with its declaration; how they go together is in [library.md](../library.md) and [dynamic-workflows.md](../dynamic-workflows.md). Sizes and coordinates are in pixels of the
picture they belong to, pixels are three bytes (red, green, blue) in rows from the top, confidences are 0 to 1, and times are milliseconds where the name ends with Ms and seconds where it ends
with S or Seconds. Errors are \`MillraceError\`s whose \`code\` is in [errors.md](errors.md).`;

function section(item: ApiItem): string {
  const { name = "", members = [] } = item;
  const rows = members.filter(({ kind }) => kind !== "Constructor").map(row);
  const constructors = members
    .filter(({ kind }) => kind === "Constructor")
    .map(({ excerptTokens }) => code(excerptTokens));
  const table = rows.length === 0 ? [] : [["| Member | |", "| --- | --- |", ...rows].join("\n")];
  const declaration = [code(item.excerptTokens), ...constructors].join("\n");
  return [`#### ${name}`, textOf(item), `\`\`\`ts\n${declaration}\n\`\`\``, ...table].filter(Boolean).join("\n\n");
}

function row(member: ApiItem): string {
  return `| ${inline(code(member.excerptTokens))} | ${textOf(member).replaceAll(/\s+/g, " ").replaceAll("|", "\\|")} |`;
}

function inline(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").replace(/;$/, "").replaceAll("|", "\\|");
  return line.includes("`") ? `\`\` ${line} \`\`` : `\`${line}\``;
}

function code(tokens: ApiItem["excerptTokens"] = []): string {
  return tokens
    .map(({ text }) => text)
    .join("")
    .trim();
}

/** The comment without its frame; an example is what follows it. */
function textOf({ docComment = "" }: ApiItem): string {
  return docComment
    .replace(/^\/\*\*\s*/, "")
    .replace(/\s*\*\/\s*$/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""))
    .join("\n")
    .replace(/^@example\s*$/m, "")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}
