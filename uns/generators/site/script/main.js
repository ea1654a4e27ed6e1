// --- Start, and which page is shown -------------------------------------------------------------------

let model;
let tree;
let shownQuery = null;

function byId(id) { return document.getElementById(id); }

/** The page and the query that the address names. */
function address() {
  const [path, parameters] = location.hash.replace(/^#\/?/, "").split("?");
  const [view, ...rest] = path.split("/").map(decoded);
  return { view, rest, query: new URLSearchParams(parameters ?? "").get("q") ?? "" };
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A link to a page that keeps what is searched for. */
function withQuery(href) {
  const { query } = address();
  return query && !href.includes("?") ? `${href}?q=${encodeURIComponent(query)}` : href;
}

function go(href) { location.hash = withQuery(href); }

const PAGES = {
  "": homePage,
  search: (_, query) => searchPage(query),
  at: (levels) => {
    const position = positionAt(levels);
    if (!position) return openPage(levels) ?? missingPage(levels.join("/"));
    return position.place.endpoint ? topicPage(position).concat(belowTopic(position)) : positionPage(position);
  },
  map: (levels) => mapPage(levels),
  flow: flowPage,
  classes: classesPage,
  class: ([name]) => classPage(name),
  payloads: payloadsPage,
  payload: ([name]) => payloadPage(name),
  clients: clientsPage,
  client: ([name]) => clientPage(name),
  changes: changesPage,
};

/** The head of every printed page: the model, its version, and the address. */
function paper() {
  const { about } = model;
  byId("paper").textContent = printable([
    about.label ?? about.id ?? "Unified Namespace", about.version ? `version ${about.version}` : null, decoded(location.href),
  ].filter(Boolean).join(" · "));
}

/** Positions below one that carries a payload itself. */
function belowTopic(position) {
  return position.place.members ? positionPage(position).slice(3) : [];
}

function show() {
  const { view, rest, query } = address();
  const input = byId("search");
  if (document.activeElement !== input || view !== "search") input.value = query;
  if (query !== shownQuery) {
    shownQuery = query;
    tree.show(treeSearch(query));
  }
  const make = Object.hasOwn(PAGES, view) ? PAGES[view] : () => missingPage(view);
  const main = byId("page");
  main.replaceChildren(...make(rest, query).flat().filter(Boolean));
  paper();
  const title = main.querySelector("h1").textContent;
  document.title = view ? `${title} - ${byId("brand").textContent}` : byId("brand").textContent;
  tree.reveal(view === "at" ? positionAt(rest) ?? openAbove(rest) : null);
  for (const each of document.querySelectorAll("#views a")) {
    const isHere = each.hash === `#/${view}` || (view === "class" && each.hash === "#/classes")
      || (view === "client" && each.hash === "#/clients") || (view === "payload" && each.hash === "#/payloads");
    if (isHere) each.setAttribute("aria-current", "page");
    else each.removeAttribute("aria-current");
  }
}

function treeSearch(query) {
  try {
    return Search.of(query);
  } catch {
    return new Search([]);
  }
}

/** Show another page from the top, where a screen reader starts as well. */
function turnPage() {
  show();
  window.scrollTo(0, 0);
  if (address().view !== "search" && !byId("tree").contains(document.activeElement)) {
    byId("page").querySelector("h1").focus({ preventScroll: true });
  }
  document.body.classList.remove("browsing");
  byId("browse").setAttribute("aria-expanded", "false");
}

/** Search while typing: all letters make one new page, so Back leads to the page before. */
function typed() {
  const query = byId("search").value;
  const { view } = address();
  if (view === "search") history.replaceState(history.state, "", searchHref(query));
  else if (!query.trim()) history.replaceState(null, "", location.hash.split("?")[0] || "#/");
  else history.pushState({ from: location.hash }, "", searchHref(query));
  show();
}

function searchHref(query) { return `#/search?q=${encodeURIComponent(query)}`; }

/** The search was cleared: go back to the page where it began, if it began on one. */
function leaveSearch() {
  byId("search").value = "";
  const isSearch = address().view === "search";
  if (isSearch && history.state?.from !== undefined) history.back();
  else if (isSearch) location.hash = "#/";
  else typed();
}

// --- Light and dark -----------------------------------------------------------------------------------

const THEMES = ["auto", "light", "dark"];

function stored(theme) {
  try {
    if (theme) localStorage.setItem("uns-theme", theme);
    return localStorage.getItem("uns-theme") ?? "auto";
  } catch {
    return theme ?? "auto";
  }
}

function dress(theme) {
  document.documentElement.dataset.theme = theme;
  byId("theme").textContent = { auto: "Auto", light: "Light", dark: "Dark" }[theme];
  byId("theme").setAttribute("aria-label", `Colours: ${theme}`);
}

// --- Start ----------------------------------------------------------------------------------------------

async function start() {
  let theme = THEMES.includes(stored()) ? stored() : "auto";
  dress(theme);
  byId("theme").addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    stored(theme);
    dress(theme);
  });
  byId("browse").addEventListener("click", () => {
    const isOpen = document.body.classList.toggle("browsing");
    byId("browse").setAttribute("aria-expanded", String(isOpen));
  });
  model = read(JSON.parse(await unpacked(byId("model")?.textContent ?? unsModel)));
  tree = new Tree(byId("tree"));
  byId("search").addEventListener("input", typed);
  byId("find").addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, textarea");
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      byId("search").focus();
    }
    if (event.key === "Escape" && event.target === byId("search")) {
      leaveSearch();
    }
  });
  window.addEventListener("hashchange", turnPage);
  byId("views").querySelector("[href='#/changes']").hidden = !model.changes;
  show();
  document.body.dataset.ready = "true";
  performance.mark("ready");
}

start().catch((error) => {
  byId("page").replaceChildren(
    h("h1", {}, "The documentation could not be opened"),
    h("p", {}, "DecompressionStream" in window ? String(error) : "This browser is too old. The documentation needs Chrome 123, Firefox 120, Safari 17.5 or later."),
  );
  throw error;
});
