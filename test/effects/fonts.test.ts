import { copyFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { openFonts } from "../../src/effects/fonts.ts";
import { useFolder } from "../stream/clip.ts";

const folder = useFolder();
const SERIF = createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSerif.ttf");
const namesOf = async (variables: NodeJS.ProcessEnv, name: string, isMonospaced = false) => {
  return (await openFonts(variables).files({ name, isMonospaced })).map((file) => basename(file.name));
};

describe("fonts", () => {
  it("have the letters of the nearest family that comes with the program, then those of many scripts", async () => {
    const names = await namesOf({}, "PT Mono", true);
    expect(names[0]).toBe("geist-mono-latin-400-normal.woff");
    expect(names.at(-1)).toBe("DejaVuSans.ttf");
    expect((await namesOf({}, "Roboto"))[0]).toBe("geist-latin-400-normal.woff");
  });

  it("of the user come first under the name of the family, and last under others", async () => {
    await copyFile(SERIF, folder.path("Geist Mono.ttf"));
    await copyFile(SERIF, folder.path("emoji.ttf"));
    await writeFile(folder.path("notes.txt"), "");
    const names = await namesOf({ MILLRACE_FONTS: folder.path(".") }, "Geist Mono", true);
    expect(names[0]).toBe("Geist Mono.ttf");
    expect(names.slice(-2)).toEqual(["emoji.ttf", "DejaVuSans.ttf"]);
    expect(names).not.toContain("notes.txt");
  });

  it("say that their folder cannot be read, and try again", async () => {
    const fonts = openFonts({ MILLRACE_FONTS: folder.path("absent") });
    const family = { name: "Geist", isMonospaced: false };
    for (let i = 0; i < 2; i++)
      await expect(fonts.files(family)).rejects.toMatchObject({
        code: "FONT_UNREADABLE",
        message: expect.stringContaining("MILLRACE_FONTS"),
      });
  });
});
