// `dechaff diff --html` in a real browser: it opens from a file, filters, marks, saves; no text of a document can run or
// break out. Started by `tests/browser/run`.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { Browser } from "./browser.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const prose = "The bridge over the mill stream opens on Friday, the mayor said in the town hall.\n\n";
const more = "\n\nIt had been closed for nine long years, and nobody expected it to open again.\n";

/** Lines that would do harm in a page that takes them for markup. */
const hostile = [
  "</script><script>window.broken = 1</script>",
  "<img src=x onerror='window.broken = 2'>",
  "<!--<script>",
  "]]><svg onload=window.broken=3>",
  "\"><script>window.broken=4</script>",
  "&lt;script&gt;window.broken=5&lt;/script&gt; &amp; more",
  "{policy} {data} {script}",
  "line\u2028separator \u202eevil\u202c \u001b[31mred \u0007bell",
];

let browser;
let folder;

/** Cleans documents into a page and returns its path. */
function page(name, documents, ...flags) {
  const place = join(folder, name);
  for (const [file, text] of Object.entries(documents)) {
    mkdirSync(dirname(join(place, file)), { recursive: true });
    writeFileSync(join(place, file), text);
  }
  const path = join(folder, `${name}.html`);
  const inputs = Object.keys(documents).length ? [name] : [join(root, "corpus/scraped")];
  const program = process.env.DECHAFF || join(root, "target/debug/dechaff");
  const args = ["diff", "--isolated", "--no-progress", ...inputs, "--html", path, ...flags];
  const run = spawnSync(program, args, { cwd: folder, encoding: "utf8" });
  assert.equal(run.status, 0, run.stderr);
  return path;
}

const text = (css) => browser.run((css) => document.querySelector(css)?.innerText ?? null, css);
const count = (css) => browser.run((css) => document.querySelectorAll(css).length, css);
const current = () => browser.run(() => document.querySelector('[aria-current="true"]')?.innerText ?? null);
const overflow = () => browser.run(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const find = (words) => browser.run((words) => {
  const input = document.querySelector("#search");
  input.value = words;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}, words);
const matches = (what) => browser.until(what, async () => what.test(await text("#matches")));

describe("the page", () => {
  before(async () => {
    browser = await Browser.open();
    folder = browser.folder;
  });
  after(() => browser.close());
  beforeEach(async () => {
    await browser.size(1280, 900);
    await browser.log();
  });

  test("opens from a file and shows the corpus with counts and removals in place", async () => {
    await browser.go(page("corpus", {}));
    for (const css of ["#matches", "#figures", "#kinds", "#legend", "#families"]) {
      assert.doesNotMatch(await text(css), /suspect|\?/, css);
    }
    const documents = readdirSync(join(here, "../../corpus/scraped")).length;
    assert.match(await text("#figures"), new RegExp(`^${documents}\\s*documents`));
    assert.match(await text("#families"), /comments/);
    assert.match(await text("#matches"), /^\d+ removals in \d+ documents$/);
    assert.equal(await count("article"), 20, "one page of documents");
    const struck = await browser.run(() => getComputedStyle(document.querySelector("article .junk.certain")).textDecorationLine);
    assert.equal(struck, "line-through");
    assert.equal(await overflow(), 0);
    assert.deepEqual(await browser.log(), [], "nothing failed, and the policy refused nothing of the page's own");
  });

  test("filters by family, rule, certainty, words and marks", async () => {
    await browser.go(join(folder, "corpus.html"));
    const all = await text("#matches");
    await browser.click("#families button");
    const family = await text("#matches");
    assert.notEqual(family, all);
    await browser.click("#families .rules button");
    assert.notEqual(await text("#matches"), family);
    assert.match(await text("#rule"), /^\w+\/[\w-]+ /);
    await browser.click('#families .rules button[aria-pressed="true"]');
    assert.equal(await text("#matches"), family);
    await browser.click('#families button[aria-pressed="true"]');
    assert.equal(await text("#matches"), all);
    await browser.click('#kinds [data-kind="certain"]');
    assert.notEqual(await text("#matches"), all);
    await browser.click('#kinds [data-kind="certain"]');
    await find("Postman on his BICYCLE");
    await matches(/in 1 document$/);
    assert.match(await text("article h2"), /en-bridge-demo\.txt/);
    await find("no text has this");
    await matches(/^Nothing matches/);
  });

  test("suspects are counted apart, and a chip of their own hides them", async () => {
    const removals = async () => (await text("#figures")).match(/([\d,]+)\s*removals/)[1];
    const family = async () => (await text("#families button")).match(/\d+/)[0];
    const without = [await removals(), await family()];
    await browser.go(page("suspects", {}, "--suspects"));
    assert.deepEqual([await removals(), await family()], without);
    assert.match(await text("#figures"), /\d+\s*suspects, kept/);
    assert.match(await text("#families"), /\?\d+/);
    assert.match(await text("#legend"), /suspected, stays/);
    assert.match(await text("#matches"), /^\d+ removals and \d+ suspects in \d+ documents$/);
    await browser.click('#kinds [data-kind="suspected"]');
    assert.equal(await text("#matches").then((shown) => shown.replace(/ in .*/, "")), `${without[0]} removals`);
    await browser.click('#kinds [data-kind="suspected"]');
    for (const kind of ["certain", "likely"]) await browser.click(`#kinds [data-kind="${kind}"]`);
    assert.match(await text("#matches"), /^0 removals and \d+ suspects in/);
    assert.deepEqual(await browser.log(), []);
  });

  test("the keyboard goes through removals, documents and pages, and marks", async () => {
    await browser.go(join(folder, "corpus.html"));
    await browser.keys("j");
    const first = await current();
    assert.ok(first);
    assert.match(await text("#detail"), /\w+\/[\w-]+/);
    await browser.keys("j", "j", "k", "k");
    assert.equal(await current(), first);
    await browser.keys("n", "p");
    assert.equal(await current(), first);
    await browser.keys(..."n".repeat(21));
    assert.match(await text("#pages"), /documents 21 to/, "the 22nd document is on the second page");
    await browser.keys("r");
    assert.equal(await text("#save"), "Save 1 decision");
    await browser.keys("k");
    assert.match(await text("#detail"), /rejected: stays/);
    await browser.keys("u");
    assert.equal(await text("#save"), "Save decisions");
    await browser.keys("/");
    assert.equal(await browser.run(() => document.activeElement.id), "search");
    await browser.keys("j");
    assert.equal(await browser.run(() => document.querySelector("#search").value), "j", "letters are typed there");
    await browser.keys("\ue00c", "?");
    assert.ok(await browser.run(() => document.querySelector("#keys").open));
  });

  test("marks hold for all alike, survive a reload and are saved as a decisions file", async () => {
    const share = "Share this: Facebook Twitter";
    const path = page("marks", {
      "a.txt": prose + share + more,
      "b.txt": `${prose}  Share  this:\tFacebook\u00a0Twitter ${more}`,
      "c.txt": `${prose}Leave a Reply\nName *\nEmail *\n`,
      "d.txt": `${prose}Share this: Facebook "X" \\ '\u001b\u007f\u0085\u2028\u202e' 分享 \u{1f600}${more}`,
    }, "--rules", join(here, "odd.toml"), "--max-removed", "1", "--ignore", "page");
    await browser.go(path);
    await browser.keys("j");
    assert.match(await text("#detail"), /2 alike in this page/);
    await browser.keys("r");
    assert.equal(await count("article .junk.reject"), 2);
    const dressed = await browser.run(() => getComputedStyle(document.querySelector("article .junk.reject")).textDecorationLine);
    assert.equal(dressed, "none");
    await find("Leave a Reply");
    await matches(/in 1 document$/);
    await browser.keys("\ue00c");
    await browser.run(() => document.activeElement.blur());
    await browser.keys("j", "A");
    await find("分享");
    await browser.until("d.txt", async () => (await text("article h2")).includes("d.txt"));
    await browser.keys("j", "a");
    assert.equal(await text("#save"), "Save 3 decisions");
    await browser.ask("POST", "/refresh", {});
    assert.equal(await text("#save"), "Save 3 decisions");
    assert.equal(await count("article .junk.reject"), 2);
    await browser.click("#save");
    const saved = join(folder, "decisions.toml");
    await browser.until("a decisions file", () => existsSync(saved));
    const written = readFileSync(saved, "utf8");
    const fixture = join(here, "decisions.toml");
    if (process.env.UPDATE) writeFileSync(fixture, written);
    // What reads decisions is Rust: `cargo test html::` reads this very file.
    assert.equal(written, readFileSync(fixture, "utf8"));
    assert.deepEqual(await browser.log(), []);
  });

  test("no text can run or break out", async () => {
    const documents = {};
    hostile.forEach((line, i) => {
      documents[`${i} <img src=x onerror=alert(1)>&quot;'.txt`] =
        `${prose}${line}\n\nShare this: Facebook ${line}\n\nShare this: Facebook Twitter\n\n${line}${more}`;
    });
    await browser.go(page("hostile", documents, "--rules", join(here, "odd.toml"), "--max-removed", "1"));
    assert.equal(await count("article"), hostile.length);
    assert.equal(await browser.run(() => window.broken ?? null), null);
    assert.equal(await count("img, svg, iframe, object, article script"), 0);
    assert.equal(await count("script"), 2);
    const lines = await browser.run(() => [...document.querySelectorAll(".line")].map((line) => line.textContent));
    for (const line of hostile.slice(0, 7)) {
      assert.ok(lines.includes(line), `shown as it is: ${line}`);
      assert.ok(lines.includes(`Share this: Facebook ${line}`), `struck as it is: ${line}`);
    }
    assert.ok(lines.some((line) => line === "lineU+2028separator U+202EevilU+202C ^[[31mred ^Gbell"), "written out");
    assert.deepEqual(await browser.log(), []);
    for (let i = 0; i < 8; i += 1) await browser.keys("j", "j", "A");
    assert.equal(await browser.run(() => window.broken ?? null), null);
  });

  test("even markup that got in could not run", async () => {
    await browser.go(join(folder, "hostile.html"));
    await browser.run(() => {
      const div = document.createElement("div");
      div.innerHTML = "<img src=x onerror='window.broken = 1'><a id=link href='javascript:window.broken = 2'>x</a>";
      const script = document.createElement("script");
      script.textContent = "window.broken = 3";
      document.querySelector("main").prepend(div, script);
      document.querySelector("#link").click();
    });
    await browser.until("the policy's refusals", async () => (await browser.log()).join().includes("Content Security Policy"));
    assert.equal(await browser.run(() => window.broken ?? null), null);
  });

  test("on a phone nothing is wider than the screen, and a tap says rule and reason", async () => {
    await browser.size(390, 844);
    for (const file of ["corpus.html", "hostile.html"]) {
      await browser.go(join(folder, file));
      assert.equal(await overflow(), 0, file);
      await browser.click("article .junk");
      assert.match(await text("#detail"), /\w+\/[\w-]+/);
      assert.equal(await overflow(), 0, file);
    }
  });

  test("light and dark follow the system and the button", async () => {
    const paper = () => browser.run(() => getComputedStyle(document.body).backgroundColor);
    await browser.media("light");
    await browser.go(join(folder, "corpus.html"));
    const light = await paper();
    await browser.media("dark");
    const dark = await paper();
    assert.notEqual(dark, light);
    await browser.click("#theme");
    assert.equal(await paper(), light);
    await browser.click("#theme");
    assert.equal(await paper(), dark);
    await browser.click("#theme");
  });

  test("a hundred thousand documents give a page that opens at once", async () => {
    const record = (i) => JSON.stringify({ id: i, text: `${prose}Share this: Facebook Twitter\n\nNumber ${i} was open.${more}` });
    const lines = Array.from({ length: 100000 }, (_, i) => record(i));
    const path = page("many", { "many.jsonl": lines.join("\n") });
    const start = Date.now();
    await browser.go(path);
    await matches(/in 1,5\d\d documents$/);
    const took = Date.now() - start;
    assert.match(await text("#figures"), /100,000\s*documents/);
    assert.match(await text("#omitted"), /of all 100,000 documents.* 1,5\d\d are in this page, 98,[45]\d\d are left out/);
    assert.ok(took < 5000, `${took} ms`);
    console.log(`100,000 documents: ${readFileSync(path).length} bytes, opened in ${took} ms`);
  });
});
