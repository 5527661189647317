// The pictures of the page in docs/, of this repository's corpus. Started by `tests/browser/run screenshots [FOLDER]`.

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { Browser } from "./browser.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const docs = process.argv[2] || join(root, "docs");
const browser = await Browser.open();
try {
  const page = join(browser.folder, "page.html");
  const made = spawnSync(process.env.DECHAFF, ["diff", "--isolated", "corpus/scraped", "--html", page], { cwd: root });
  if (made.status !== 0) throw new Error(String(made.stderr));
  const shots = [
    ["html-overview", 1200, 740, 1, "light"], ["html-phone", 390, 760, 1.5, "light"],
    ["html-overview-dark", 1200, 740, 1, "dark"], ["html-phone-dark", 390, 760, 1.5, "dark"],
  ];
  for (const [name, width, height, scale, scheme] of shots) {
    if (name.endsWith("dark") && docs === join(root, "docs")) continue; // for looking at, not for the docs
    await browser.size(width, height, scale);
    await browser.media(scheme);
    await browser.go(page);
    await browser.run(() => { localStorage.clear(); location.reload(); });
    await browser.run(() => {
      const input = document.querySelector("#search");
      input.value = "bridge";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await browser.until("one filter", () => browser.run(() => document.querySelectorAll("article").length < 20));
    await browser.keys("j", "j", "j", "r");
    await browser.run((phone) => {
      document.activeElement.blur();
      if (phone) document.querySelector("article").scrollIntoView();
      else scrollTo(0, 0);
    }, width < 600);
    writeFileSync(join(docs, `${name}.png`), await browser.screenshot());
  }
} finally {
  await browser.close();
}
