// --- Elements: text goes in as text, never as markup ------------------------------------------------

const SVG = "http://www.w3.org/2000/svg";

/** Attributes that a reader sees or hears; others must hold a text as it is. */
const READ = new Set(["aria-label", "placeholder", "title"]);

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : READ.has(name) ? printable(String(value)) : String(value));
  }
  element.append(...children.flat()
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : printable(String(child)))));
  return element;
}

/** Characters that do not show, or change how others do; a joiner between letters is part of them. */
const HIDDEN = /(?![\n\t])[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}|(?<![\u0600-\u{10ffff}])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u{10ffff}])/gu;

/** A text in which hidden characters are written as escapes. */
function printable(text) {
  return text.replace(HIDDEN, (character) => {
    const code = character.codePointAt(0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, "0")}` : code.length > 2 ? `\\u${code.padStart(4, "0")}` : `\\x${code.padStart(2, "0")}`;
  });
}

function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function button(label, onClick, attributes = {}) {
  const element = h("button", { type: "button", ...attributes }, label);
  element.addEventListener("click", onClick);
  return element;
}

/** The longest text that is kept on one line. */
const SHORT = 20;

function code(text, attributes = {}) {
  // A long name breaks after its dots and slashes first.
  const parts = text.length > SHORT ? text.split(/(?<=[./])/).flatMap((part, index) => (index ? [h("wbr"), part] : [part])) : [text];
  return h("code", { class: text.length > SHORT ? null : "short", ...attributes }, ...parts);
}

/** A text with the parts between backticks as code. */
function ticked(text) {
  const parts = text.split("`");
  // A backtick without a second one stays a backtick.
  if (parts.length % 2 === 0) {
    const rest = parts.pop();
    parts[parts.length - 1] += `\`${rest}`;
  }
  return parts.map((part, index) => (index % 2 ? code(part) : part));
}

/** A topic or filter that may break after its slashes. */
function topicCode(text, attributes = {}) {
  const parts = text.split("/").flatMap((level, index) => (index ? ["/", h("wbr"), level] : [level]));
  return h("code", { class: "topic", ...attributes }, ...parts);
}

/** A section of a page; null if it is empty. */
function section(title, ...children) {
  return children.every((child) => child === null) ? null : h("section", {}, h("h2", {}, title), ...children);
}

/** Names and values; pairs without a value are left out. */
function facts(...pairs) {
  const known = pairs.filter((pair) => pair && pair[1] !== null && pair[1] !== undefined);
  if (!known.length) return null;
  return h("dl", { class: "facts" }, ...known.map(([name, ...values]) => (
    h("div", {}, h("dt", {}, name), h("dd", {}, ...values))
  )));
}

function table(caption, heads, rows, attributes = {}) {
  const cell = (value) => h("td", {}, ...(Array.isArray(value) ? value : [value ?? ""]));
  return scrolling(caption, "",
    h("table", attributes,
      h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map(cell))))));
}

/** A part that is folded until the reader opens it. */
function folded(title, ...children) { return h("details", {}, h("summary", {}, title), ...children); }

/** A region that scrolls sideways where its content is too wide, and then says so. */
function scrolling(label, kind, content) {
  const hint = h("p", { class: "hint", hidden: true }, "Wider than the page: scroll it sideways");
  const region = h("div", { class: `scroll ${kind}`.trim(), tabindex: "0", role: "region", "aria-label": label }, content);
  const watching = new ResizeObserver(() => { hint.hidden = region.scrollWidth <= region.clientWidth + 1; });
  watching.observe(region);
  watching.observe(content);
  return h("div", { class: "scrolling" }, hint, region);
}

function chip(text, kind = "") { return h("span", { class: `chip ${kind}`.trim() }, text); }

function nothing(text) { return h("p", { class: "quiet" }, text); }

/** Rows in portions, with a button for the next one. */
function portions(items, size, show, makeList) {
  const iterator = items[Symbol.iterator]();
  const list = makeList();
  const more = button("Show more", () => add());
  const box = h("div", {}, list);
  let next = iterator.next();
  function add() {
    for (let count = 0; count < size && !next.done; count++) {
      list.append(show(next.value));
      next = iterator.next();
    }
    if (next.done) more.remove();
    else if (!more.isConnected) box.append(more);
  }
  add();
  return box;
}

// --- Copying --------------------------------------------------------------------------------------

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h("textarea", { class: "unseen", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function copyButton(what, text) {
  const element = button("Copy", async () => {
    const done = await copied(text);
    element.textContent = done ? "Copied" : "Not copied";
    say(done ? `${what} copied` : `${what} could not be copied`);
    setTimeout(() => { element.textContent = "Copy"; }, 1500);
  }, { class: "copy", "aria-label": `Copy ${what}` });
  return element;
}

function copyable(what, text, shown = topicCode(text)) {
  return h("span", { class: "copyable" }, shown, copyButton(what, text));
}

function snippet(title, text) {
  return h("figure", { class: "snippet" },
    h("figcaption", {}, h("span", {}, title), copyButton(title, text)),
    h("pre", { tabindex: "0", role: "region", "aria-label": title }, code(text)));
}

/** Announce a text to screen readers. */
function say(text) { document.getElementById("status").textContent = printable(text); }
