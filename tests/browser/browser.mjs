// A headless Chromium over WebDriver: what the tests and the screenshots need of it. No packages: ChromeDriver speaks HTTP.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--hide-scrollbars",
];

export class Browser {
  static async open() {
    const browser = new Browser();
    browser.folder = mkdtempSync(join(tmpdir(), "dechaff-browser-"));
    browser.driver = spawn(process.env.CHROMEDRIVER || "chromedriver", ["--port=0"], { stdio: ["ignore", "pipe", "inherit"] });
    const port = await new Promise((found, failed) => {
      let said = "";
      browser.driver.on("error", failed);
      browser.driver.on("exit", () => failed(new Error(`chromedriver ended: ${said}`)));
      browser.driver.stdout.on("data", (piece) => {
        said += piece;
        const port = said.match(/started successfully on port (\d+)/);
        if (port) found(port[1]);
      });
    });
    browser.base = `http://127.0.0.1:${port}/session`;
    const options = {
      binary: process.env.CHROMIUM || "/usr/bin/chromium",
      args: [...FLAGS, `--user-data-dir=${join(browser.folder, "profile")}`],
      prefs: { "download.default_directory": browser.folder, "download.prompt_for_download": false },
    };
    const wanted = { browserName: "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": { browser: "ALL" } };
    const session = await browser.ask("POST", "", { capabilities: { alwaysMatch: wanted } });
    browser.base += `/${session.sessionId}`;
    return browser;
  }

  async ask(method, path, body) {
    const response = await fetch(this.base + path, { method, body: body && JSON.stringify(body) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }

  /** Opens a file and waits for its first frame: keys that come before are lost. */
  async go(file) {
    await this.ask("POST", "/url", { url: `file://${file}` });
    const drawn = (done) => requestAnimationFrame(() => requestAnimationFrame(done));
    await this.ask("POST", "/execute/async", { script: `(${drawn})(...arguments)`, args: [] });
  }

  /** Runs a function in the page and hands back what it returns. */
  run(code, ...args) {
    return this.ask("POST", "/execute/sync", { script: `return (${code})(...arguments)`, args });
  }

  cdp(cmd, params = {}) {
    return this.ask("POST", "/goog/cdp/execute", { cmd, params });
  }

  size(width, height, scale = 1) {
    return this.cdp("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: scale, mobile: width < 600 });
  }

  media(scheme) {
    return this.cdp("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
  }

  /** Types keys one after the other, as real key events. */
  keys(...values) {
    const actions = values.flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]);
    return this.ask("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  }

  async click(css) {
    const found = await this.ask("POST", "/element", { using: "css selector", value: css });
    await this.ask("POST", `/element/${Object.values(found)[0]}/click`, {});
  }

  /** What the console was told since the last time: faults of scripts, and what the policy refused. */
  async log() {
    return (await this.ask("POST", "/se/log", { type: "browser" })).map((entry) => entry.message);
  }

  async screenshot() {
    return Buffer.from(await this.ask("GET", "/screenshot"), "base64");
  }

  async until(what, test, seconds = 20) {
    for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
      const value = await test();
      if (value) return value;
      await new Promise((later) => setTimeout(later, 50));
    }
    throw new Error(`not within ${seconds} seconds: ${what}`);
  }

  async close() {
    await this.ask("DELETE", "").catch(() => {});
    this.driver.removeAllListeners("exit");
    this.driver.kill();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
