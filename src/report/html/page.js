"use strict";
// What the page does. Texts of documents reach it as JSON and leave it as text nodes only: nothing here reads markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const PER_PAGE = 20;
  const FOLD = 8; // kept lines in a row from which on the middle is folded
  const byId = (id) => document.getElementById(id);

  // ── Elements ─────────────────────────────────────────────────────────────────────────────────────────────────────
  function el(tag, props, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(props || {})) {
      if (name === "on") for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
      else if (name === "disabled") node.disabled = value;
      else if (value !== undefined) node.setAttribute(name, String(value));
    }
    node.append(...children.filter((child) => child !== undefined && child !== null));
    return node;
  }
  const thousands = (n) => n.toLocaleString("en-US");
  const counted = (n, noun) => `${thousands(n)} ${noun}${n === 1 ? "" : "s"}`;

  // Characters that do not show, or that turn the reading direction round, are written out.
  const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u2028-\u202e\u2060-\u2069\ufeff]/;
  function shown(text) {
    if (!HIDDEN.test(text)) return [text];
    return text.split(new RegExp(`(${HIDDEN.source})`)).filter(Boolean).map((piece) => {
      if (!HIDDEN.test(piece)) return piece;
      const code = piece.charCodeAt(0);
      const name = code < 32 ? "^" + String.fromCharCode(64 + code) : "U+" + code.toString(16).toUpperCase().padStart(4, "0");
      return el("span", { class: "visible" }, name);
    });
  }

  // ── What the data says ───────────────────────────────────────────────────────────────────────────────────────────
  const rules = new Map(data.rules.map((rule) => [rule.id, rule]));
  const found = []; // all verdicts in the page, in order
  const alike = new Map();
  const same = (verdict) => verdict.rule + "\n" + verdict.key;
  data.shown.forEach((doc, at) => {
    doc.first = found.length;
    for (const row of doc.rows) {
      if (typeof row === "number") continue;
      for (const part of row.parts) {
        if (typeof part !== "object") continue;
        // What a decisions file calls it is made where the page is: the text itself, unless it says otherwise.
        part.key = part.cut ? undefined : part.key ?? part.t;
        part.at = found.length;
        part.doc = at;
        part.held = Boolean(doc.held) && !part.suspect;
        part.family = rules.get(part.rule).family;
        found.push(part);
        if (part.key !== undefined) alike.set(same(part), (alike.get(same(part)) || 0) + 1);
      }
    }
    doc.end = found.length;
  });

  // ── Marks: rule → text → answer; the empty text stands for all that the rule points at ───────────────────────────
  const marks = new Map();
  const answers = ["accept", "reject"];
  let unsaved = false;
  const storage = {
    name: "dechaff/" + data.id,
    // A page from a file may have no storage; then marks last as long as the page.
    get(name) { try { return localStorage.getItem(name); } catch { return null; } },
    set(name, value) { try { localStorage.setItem(name, value); return true; } catch { return false; } },
  };
  function answer(verdict) {
    const own = marks.get(verdict.rule);
    return own && ((verdict.key !== undefined && own.get(verdict.key)) || own.get(""));
  }
  function mark(rule, key, value) {
    const own = marks.get(rule) || new Map();
    if (value) own.set(key, value); else own.delete(key);
    if (own.size) marks.set(rule, own); else marks.delete(rule);
    unsaved = !storage.set(storage.name, JSON.stringify([...marks].map(([id, texts]) => [id, [...texts]])));
    refresh();
  }
  function restore() {
    try {
      for (const [id, texts] of JSON.parse(storage.get(storage.name) || "[]")) {
        const known = texts.filter(([key, value]) => typeof key === "string" && answers.includes(value));
        if (known.length) marks.set(String(id), new Map(known));
      }
    } catch { marks.clear(); }
  }
  function quoted(text) { // as a basic string of TOML
    return '"' + text.replace(/["\\]/g, "\\$&").replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
      (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0")) + '"';
  }
  function decisions() {
    const lines = [
      "# Answers of a review of removals; `dechaff clean --decisions FILE` applies them.",
      "# Without 'text', an answer holds for all that the rule points at.",
      "version = 1",
    ];
    for (const rule of [...marks.keys()].sort()) {
      for (const key of [...marks.get(rule).keys()].sort()) {
        lines.push("", "[[decision]]", "rule = " + quoted(rule));
        if (key) lines.push("text = " + quoted(key));
        lines.push(`answer = "${marks.get(rule).get(key)}"`);
      }
    }
    return lines.join("\n") + "\n";
  }
  function save() {
    const address = URL.createObjectURL(new Blob([decisions()], { type: "application/toml" }));
    el("a", { href: address, download: "decisions.toml" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
    unsaved = false;
  }

  // ── Filters ──────────────────────────────────────────────────────────────────────────────────────────────────────
  const going = (count) => count.removed + count.held;
  // What a chip shows or hides: what goes, by certainty, and apart from it what is only suspected.
  const kinds = [...data.certainties.map((c) => ({ name: c.name, number: going(c) })), { name: "suspected", number: data.all.suspects }]
    .filter((kind) => kind.number);
  const kindOf = (verdict) => verdict.suspect ? "suspected" : verdict.certainty;
  const filter = { family: "", rule: "", kinds: new Set(kinds.map((kind) => kind.name)), marked: "", words: "" };
  let docs = []; // those that match, as places in data.shown
  let matching = []; // their verdicts that match
  let page = 0;
  let current = null;
  const plain = (text) => text.toLowerCase().replace(/\s+/g, " ");
  function wordsOf(doc) { // made when they are first searched, so that the page opens without them
    const lines = () => doc.rows.map((row) => (row.parts || []).map((part) => part.t ?? part).join(""));
    return doc.words ??= plain([doc.name, ...lines()].join("\n"));
  }
  const matches = (v) =>
    (!filter.family || v.family === filter.family) && (!filter.rule || v.rule === filter.rule) &&
    filter.kinds.has(kindOf(v)) && (!filter.marked || (answer(v) || "none") === filter.marked);

  function apply() {
    docs = [];
    matching = [];
    data.shown.forEach((doc, at) => {
      if (filter.words && !wordsOf(doc).includes(filter.words)) return;
      const own = found.slice(doc.first, doc.end).filter(matches);
      if (!own.length) return;
      docs.push(at);
      matching.push(...own);
    });
    page = 0;
    if (current && !matching.includes(current)) select(null);
    render();
  }

  // ── Drawing ──────────────────────────────────────────────────────────────────────────────────────────────────────
  function figures() {
    const figure = (n, text) => el("div", {}, el("b", {}, thousands(n)), el("span", {}, text));
    byId("figures").append(
      figure(data.documents, data.documents === 1 ? "document" : "documents"),
      figure(data.changed, "would change"),
      figure(data.all.removed, "removals"),
      figure(data.lines, data.lines === 1 ? "line" : "lines"),
      figure(data.bytes, "bytes"),
      figure(data.held, "held"),
      ...(data.all.suspects ? [figure(data.all.suspects, "suspects, kept")] : []),
      ...(data.failed ? [figure(data.failed, "not read")] : []),
    );
    const left = data.found - data.shown.length;
    const unshown = data.shown.reduce((sum, doc) => sum + (doc.unshown || 0), 0);
    const says = [];
    if (left > 0) {
      says.push(`The counts are of all ${thousands(data.documents)} documents. Of the ${thousands(data.found)} in which something ` +
        `was found, ${thousands(data.shown.length)} are in this page, ${thousands(left)} are left out. ` +
        "They are drawn evenly, held ones apart from the others, and every rule has at least one.");
    }
    if (unshown > 0) says.push(`${thousands(unshown)} more in very long documents ${unshown === 1 ? "is" : "are"} left out.`);
    byId("omitted").textContent = says.join(" ");
    byId("omitted").hidden = !says.length;
    byId("stays").textContent = [data.all.suspects && "suspected", data.held && "held"].filter(Boolean).join(" or ") + ", stays";
    byId("stays").hidden = !data.all.suspects && !data.held;
  }

  const most = Math.max(1, ...data.families.map((count) => going(count) + count.suspects));
  function bar(count) {
    const piece = (n, kind) => {
      const i = el("i", { class: kind });
      i.style.setProperty("--share", n / most);
      return i;
    };
    return el("span", { class: "bar", "aria-hidden": "true" }, piece(count.removed, "removed"), piece(count.held + count.suspects, "suspects"));
  }
  function says(count) {
    const parts = [counted(count.removed, "removal")];
    if (count.held) parts.push(`${thousands(count.held)} in held documents`);
    const suspects = count.suspects ? `; ${counted(count.suspects, "suspect")}, kept` : "";
    return `${parts.join(", ")} in ${counted(count.documents, "document")}${suspects}`;
  }
  function families() {
    const byCount = (a, b) => going(b) - going(a) || b.suspects - a.suspects || (a.name || a.id).localeCompare(b.name || b.id);
    const choice = (name, count, pressed, act, title) =>
      el("button", { type: "button", "aria-pressed": pressed, title: `${title}${says(count)}`, on: { click: act } },
        el("span", {}, name), el("span", { class: "number soft" }, thousands(going(count)),
          count.suspects ? el("span", { class: "doubt" }, ` ?${thousands(count.suspects)}`) : null), bar(count));
    const choose = (family, rule) => () => {
      filter.family = family;
      filter.rule = rule;
      families();
      apply();
    };
    const nav = byId("families");
    const at = nav.querySelector(":focus") ? [...nav.querySelectorAll("button")].indexOf(document.activeElement) : -1;
    nav.replaceChildren();
    for (const family of [...data.families].sort(byCount)) {
      const open = filter.family === family.name;
      const own = data.rules.filter((rule) => rule.family === family.name).sort(byCount);
      nav.append(choice(family.name, family, open && !filter.rule, choose(open && !filter.rule ? "" : family.name, ""), ""));
      if (open) {
        nav.append(el("div", { class: "rules" }, ...own.map((rule) => {
          const chosen = filter.rule === rule.id;
          return choice(rule.id.slice(rule.id.indexOf("/") + 1), rule, chosen, choose(family.name, chosen ? "" : rule.id), rule.reason + ": ");
        })));
      }
    }
    if (at >= 0) {
      const focus = nav.querySelector('[aria-pressed="true"]') || nav.querySelectorAll("button")[at];
      if (focus) focus.focus();
    }
  }

  function chips() {
    byId("kinds").replaceChildren(...kinds.map(({ name, number }, at) =>
      el("button", { type: "button", "data-kind": name, "aria-pressed": filter.kinds.has(name), on: { click: () => {
        if (!filter.kinds.delete(name)) filter.kinds.add(name);
        chips();
        byId("kinds").children[at].focus();
        apply();
      } } }, name + " ", el("span", { class: "number soft" }, thousands(number)))));
  }

  function ruleActions(id) {
    const chosen = (marks.get(id) || new Map()).get("");
    const button = (value, word, key) => el("button", {
      type: "button", class: value, "aria-pressed": chosen === value, on: { click: () => mark(id, "", chosen === value ? "" : value) },
    }, word + " ", el("kbd", { class: "hint" }, key));
    return [button("accept", "Always", "A"), button("reject", "Never", "N")];
  }
  function ruleBox() {
    const rule = rules.get(filter.rule);
    byId("rule").hidden = !rule;
    if (!rule) return;
    byId("rule").replaceChildren(
      el("div", {}, el("strong", { class: "rule-name" }, rule.id), " ", ...shown(rule.reason)),
      el("div", { class: "soft" }, says(rule)),
      el("div", { class: "actions" }, el("span", { class: "soft" }, "All that it points at:"), ...ruleActions(rule.id)));
  }

  function status(verdict) {
    const given = answer(verdict);
    const own = verdict.suspect ? "suspect, kept" : verdict.held ? "would go, but the document is held" : "would go";
    return given === "accept" ? "accepted: goes" : given === "reject" ? "rejected: stays" : own;
  }
  function dress(node) {
    const verdict = found[node.dataset.at];
    const kind = verdict.suspect || verdict.held ? "stays" : verdict.certainty;
    node.className = ["junk", kind, answer(verdict) || "", matches(verdict) ? "" : "other"].join(" ");
    node.title = `${verdict.rule} · ${verdict.certainty}: ${rules.get(verdict.rule).reason} (${status(verdict)})`;
    node.setAttribute("aria-current", String(verdict === current));
  }
  function verdictNode(verdict, first) {
    const node = el("span", { role: "button", tabindex: first ? 0 : -1, "data-at": verdict.at }, ...shown(verdict.t),
      verdict.cut ? el("span", { class: "visible" }, `… ${thousands(verdict.cut)} bytes`) : null);
    dress(node);
    return node;
  }
  function rowNode(row, doc, before) {
    const verdicts = row.parts.filter((part) => typeof part === "object");
    const line = el("div", { class: "line", dir: "auto" });
    for (const part of row.parts) {
      if (typeof part === "string") line.append(...shown(part));
      else if (typeof part === "number") line.append(el("span", { class: "visible" }, `… ${thousands(part)} bytes left out …`));
      else line.append(verdictNode(part, part.at === doc.first));
    }
    const note = [...new Set(verdicts.map((v) => v.rule))].join(", ");
    const blank = row.parts.every((part) => typeof part === "string" && !part.trim());
    return [el("div", { class: `row${row.gone ? " gone" : ""}${blank ? " blank" : ""}` },
      el("span", { class: "n", "aria-hidden": "true" }, row.n), line,
      el("span", { class: "note", title: note }, note === before ? "" : note)), note];
  }
  function textNode(doc) {
    const text = el("div", { class: "text" });
    const quiet = (row) => typeof row === "object" && !row.gone && row.parts.every((part) => typeof part !== "object");
    let note = "";
    const add = (row, place) => {
      const [node, own] = rowNode(row, doc, note);
      if (own || !quiet(row)) note = own || note; else if (row.parts.length) note = "";
      place.push(node);
    };
    for (let i = 0; i < doc.rows.length;) {
      const row = doc.rows[i];
      if (typeof row === "number") {
        text.append(el("span", { class: "fold" }, `… ${counted(row, "line")} left out`));
        i += 1;
        continue;
      }
      let end = i;
      while (end < doc.rows.length && quiet(doc.rows[end])) end += 1;
      const context = 2;
      const from = i === 0 ? i + 1 : i + context;
      const to = end === doc.rows.length ? end : end - context;
      if (to - from < FOLD - 2 * context) {
        const nodes = [];
        for (end = Math.max(end, i + 1); i < end; i += 1) add(doc.rows[i], nodes);
        text.append(...nodes);
        continue;
      }
      const [head, middle, tail] = [[], [], []];
      for (; i < end; i += 1) add(doc.rows[i], i < from ? head : i < to ? middle : tail);
      const fold = el("button", { type: "button", class: "fold", on: { click: () => fold.replaceWith(...middle) } },
        `… ${counted(to - from, "line")}`);
      text.append(...head, fold, ...tail);
    }
    return text;
  }
  function docNode(at) {
    const doc = data.shown[at];
    const own = found.slice(doc.first, doc.end);
    const suspects = own.filter((v) => v.suspect).length;
    const counts = [own.length > suspects ? counted(own.length - suspects, "removal") : "", suspects ? counted(suspects, "suspect") : ""];
    if (doc.unshown) counts.push(`${thousands(doc.unshown)} more left out`);
    return el("article", { "aria-label": doc.name },
      el("h2", {}, el("bdi", {}, ...shown(doc.name)),
        doc.held ? el("span", { class: "badge" }, "held, left as it is: " + doc.held) : null,
        el("span", { class: "counts" }, counts.filter(Boolean).join(" · "))),
      textNode(doc));
  }
  function render() {
    const pages = Math.max(1, Math.ceil(docs.length / PER_PAGE));
    const some = docs.slice(page * PER_PAGE, (page + 1) * PER_PAGE);
    byId("list").replaceChildren(...some.map(docNode));
    const removals = matching.filter((v) => !v.suspect).length;
    const suspects = matching.length - removals;
    byId("matches").textContent = docs.length
      ? `${counted(removals, "removal")}${suspects ? " and " + counted(suspects, "suspect") : ""} in ${counted(docs.length, "document")}`
      : found.length ? "Nothing matches." : "Nothing was found: no document would change.";
    const turn = (word, to) => el("button", { type: "button", disabled: to < 0 || to >= pages, on: { click: () => {
      page = to;
      render();
      byId("documents").scrollIntoView();
    } } }, word);
    byId("pages").replaceChildren(...(pages > 1 ? [
      turn("Previous", page - 1),
      el("span", { class: "soft number" }, `documents ${page * PER_PAGE + 1} to ${page * PER_PAGE + some.length} of ${thousands(docs.length)}`),
      turn("Next", page + 1),
    ] : []));
    ruleBox();
    detail();
  }

  // ── The removal at hand ──────────────────────────────────────────────────────────────────────────────────────────
  function detail() {
    const box = byId("detail");
    box.hidden = !current;
    if (!current) return;
    const verdict = current;
    const own = marks.get(verdict.rule);
    const chosen = own && verdict.key !== undefined ? own.get(verdict.key) : undefined;
    const number = alike.get(same(verdict)) || 1;
    const button = (value, word, key) => el("button", {
      type: "button", class: value, "aria-pressed": chosen === value, disabled: verdict.key === undefined,
      on: { click: () => mark(verdict.rule, verdict.key, chosen === value ? "" : value) },
    }, word + " ", el("kbd", { class: "hint" }, key));
    box.replaceChildren(
      el("p", { class: "what" }, el("strong", { class: "rule-name" }, verdict.rule), el("span", { class: "soft" }, verdict.certainty),
        el("span", {}, ...shown(rules.get(verdict.rule).reason)), el("span", { class: "soft" }, status(verdict)),
        number > 1 ? el("span", { class: "soft" }, `${thousands(number)} alike in this page`) : "",
        el("button", { type: "button", class: "close", "aria-label": "Close", on: { click: () => select(null) } }, "✕")),
      verdict.seen ? el("p", { class: "seen", dir: "auto" }, "seen: ", ...shown(verdict.seen)) : "",
      el("div", { class: "actions" },
        button("accept", "Accept", "a"), button("reject", "Reject", "r"),
        verdict.key === undefined ? el("span", { class: "soft" }, "too long to be marked by itself") : "",
        el("span", { class: "soft whole" }, "The whole rule:"), ...ruleActions(verdict.rule)));
  }
  function nodeOf(verdict) {
    return verdict && byId("list").querySelector(`[data-at="${verdict.at}"]`);
  }
  function select(verdict) {
    const before = nodeOf(current);
    current = verdict;
    if (before) dress(before);
    const node = nodeOf(verdict);
    if (node) dress(node);
    detail();
  }
  function go(verdict) {
    if (!verdict) return;
    const wanted = Math.floor(docs.indexOf(verdict.doc) / PER_PAGE);
    if (wanted !== page) {
      page = wanted;
      render();
    }
    select(verdict);
    const node = nodeOf(verdict);
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "center" });
  }
  function step(by) {
    if (!current) return go(by > 0 ? matching.find((v) => v.doc >= docs[page * PER_PAGE]) : matching[matching.length - 1]);
    // The one at hand may have left the filter, by its mark, say.
    if (by > 0) return go(matching.find((v) => v.at > current.at));
    return go(matching.findLast((v) => v.at < current.at));
  }
  function stepDocument(by) {
    if (!current) return step(by);
    const wanted = by > 0 ? docs.find((at) => at > current.doc) : docs.findLast((at) => at < current.doc);
    return go(matching.find((v) => v.doc === wanted));
  }
  function refresh() {
    for (const node of byId("list").querySelectorAll(".junk")) dress(node);
    const number = [...marks.values()].reduce((sum, own) => sum + own.size, 0);
    byId("save").disabled = !number;
    byId("save").textContent = number ? `Save ${counted(number, "decision")}` : "Save decisions";
    ruleBox();
    detail();
  }
  function decide(value) {
    if (!current || current.key === undefined) return;
    const verdict = current;
    mark(verdict.rule, verdict.key, value);
    if (value) step(1);
  }

  // ── Listening ────────────────────────────────────────────────────────────────────────────────────────────────────
  const keys = {
    j: () => step(1), k: () => step(-1), n: () => stepDocument(1), p: () => stepDocument(-1),
    a: () => decide("accept"), r: () => decide("reject"), u: () => decide(""),
    A: () => current && mark(current.rule, "", "accept"),
    N: () => current && mark(current.rule, "", "reject"),
    U: () => current && mark(current.rule, "", ""),
    "/": () => {
      byId("search").focus();
      byId("search").select();
    },
    "?": () => byId("keys").showModal(),
    Escape: () => select(null),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || byId("keys").open) return;
    const typing = event.target.closest("input, select");
    if (typing) {
      if (event.key === "Escape") typing.blur();
      return;
    }
    const junk = event.target.closest(".junk");
    if (junk && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      select(found[junk.dataset.at]);
    } else if (Object.hasOwn(keys, event.key)) {
      event.preventDefault();
      keys[event.key]();
    }
  });
  byId("list").addEventListener("click", (event) => {
    const junk = event.target.closest(".junk");
    if (junk) select(found[junk.dataset.at]);
  });
  let typed;
  byId("search").addEventListener("input", (event) => {
    clearTimeout(typed);
    typed = setTimeout(() => {
      filter.words = plain(event.target.value.trim());
      apply();
    }, 150);
  });
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("marked").addEventListener("change", (event) => {
    filter.marked = event.target.value;
    apply();
  });
  byId("save").addEventListener("click", save);
  byId("help").addEventListener("click", () => byId("keys").showModal());
  window.addEventListener("beforeunload", (event) => { if (unsaved && marks.size) event.preventDefault(); });

  const themes = { auto: "◐ Auto", light: "○ Light", dark: "● Dark" };
  function theme(name) {
    document.documentElement.dataset.theme = name;
    byId("theme").textContent = themes[name];
    storage.set("dechaff/theme", name);
  }
  byId("theme").addEventListener("click", () => {
    const names = Object.keys(themes);
    theme(names[(names.indexOf(document.documentElement.dataset.theme) + 1) % names.length]);
  });
  const wanted = storage.get("dechaff/theme");
  theme(Object.hasOwn(themes, wanted || "") ? wanted : "auto");

  if (matchMedia("(max-width: 62rem)").matches) byId("overview").open = false;
  restore();
  figures();
  families();
  chips();
  apply();
  refresh();
})();
