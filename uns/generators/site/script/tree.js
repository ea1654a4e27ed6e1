// --- The tree: WAI-ARIA tree pattern; children are made when a branch is opened --------------------

const PORTION = 200;

class Tree {
  constructor(root) {
    this.root = root;
    this.typed = "";
    root.addEventListener("keydown", (event) => this.onKey(event));
    root.addEventListener("click", (event) => this.onClick(event));
    root.addEventListener("focusin", (event) => {
      const item = event.target.closest("[role=treeitem]");
      if (item) this.rove(item);
    });
  }

  /** Show what `search` matches, everything for an empty one. */
  show(search) {
    this.search = search;
    this.items = new WeakMap();
    this.root.replaceChildren();
    this.addMembers(this.root, model.top, null, search.start);
    this.items.get(this.first)?.item.setAttribute("tabindex", "0");
    this.openLoneBranches();
  }

  get first() { return this.root.querySelector("[role=treeitem]"); }

  /** Open branches as long as there is only one; after a search, open the first few matches, too. */
  openLoneBranches() {
    let branches = this.branches(this.root);
    while (branches.length === 1) {
      this.open(branches[0]);
      branches = this.branches(branches[0].querySelector("[role=group]"));
    }
    if (!this.search.isEverything) branches.slice(0, 5).forEach((item) => this.open(item));
  }

  branches(group) { return [...group.children].filter((item) => this.items.get(item).hasMore); }

  /** Everything to show directly below a place, with how much is meant there. */
  members(members, states) {
    if (!members) return [];
    return members.places.flatMap((place) => {
      const next = this.search.step(states, place, members === model.top);
      if (next === null) return [];
      const count = this.search.below(next, place);
      return count.templates || this.search.isEverything ? [{ place, next, count }] : [];
    });
  }

  addMembers(group, members, parent, states) {
    const shown = this.members(members, states);
    const add = (from) => {
      shown.slice(from, from + PORTION).forEach(({ place, next, count }, index) => {
        const position = new Position(parent, place, next.pin ?? place.segment.literal);
        const item = this.item(position, next.states, count);
        item.setAttribute("aria-setsize", shown.length);
        item.setAttribute("aria-posinset", from + index + 1);
        group.append(item);
      });
      if (shown.length > from + PORTION) group.append(this.moreItem(parent, shown.length - from - PORTION, () => add(from + PORTION)));
    };
    add(0);
  }

  moreItem(parent, left, add) {
    const item = h("li", { role: "treeitem", tabindex: "-1", "aria-level": (parent?.depth ?? 0) + 1, class: "more" },
      h("span", { class: "row" }, `Show ${grouped(Math.min(left, PORTION))} more of ${grouped(left)}`));
    this.items.set(item, { item, more: () => {
      item.remove();
      add();
    } });
    return item;
  }

  item(position, states, count) {
    const { place } = position;
    const hasMore = place.members !== null && place.members.places.length > 0;
    const kind = place.type || !place.endpoint ? place.kind : place.endpoint.kind;
    const counted = (hasMore || position.level === null) && !(place.open && !hasMore);
    const item = h("li", {
      role: "treeitem", tabindex: "-1", "aria-level": position.depth, "aria-selected": "false",
      "aria-expanded": hasMore ? "false" : null, class: deprecation(place) ? "deprecated" : null,
    }, h("span", { class: `row ${kind}` },
      h("span", { class: "twig", "aria-hidden": "true" }),
      h("span", { class: "name", title: position.name }, position.name || "(empty level)"),
      place.open ? h("span", { class: "open", title: OPEN_MEANS }, "open") : null,
      place.notes.label ? h("span", { class: "label", title: place.notes.label }, place.notes.label) : null,
      counted ? h("span", { class: "count", title: countMeans(position, count) }, isOneOfMany(position) ? `${shownCount(count)} each` : shownCount(count))
        : h("span", { class: "count" }, unitOf(place))));
    this.items.set(item, { item, position, states, hasMore });
    return item;
  }

  // Opening and closing

  open(item) {
    const known = this.items.get(item);
    if (!known?.hasMore) return;
    if (!item.querySelector(":scope > [role=group]")) {
      const group = h("ul", { role: "group" });
      item.append(group);
      this.addMembers(group, known.position.place.members, known.position, known.states);
    }
    item.setAttribute("aria-expanded", "true");
  }

  close(item) {
    if (this.items.get(item)?.hasMore) item.setAttribute("aria-expanded", "false");
  }

  /** Open the branches above a position and mark it as the one whose page is shown. */
  reveal(position) {
    this.root.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    let group = this.root;
    for (const at of position?.path ?? []) {
      const item = this.find(group, at.place);
      if (!item) return;
      if (at.place === position.place) {
        item.setAttribute("aria-selected", "true");
        this.rove(item);
        item.firstElementChild.scrollIntoView({ block: "nearest" });
      } else {
        this.open(item);
        group = item.querySelector(":scope > [role=group]");
      }
    }
  }

  find(group, place) {
    for (let item = group.firstElementChild; item; item = item.nextElementSibling) {
      const known = this.items.get(item);
      if (known.position?.place === place) return item;
      if (known.more) {
        const before = item.previousElementSibling;
        known.more();
        item = before;
      }
    }
    return null;
  }

  // Moving about

  rove(item) {
    for (const other of this.root.querySelectorAll("[role=treeitem][tabindex='0']")) other.setAttribute("tabindex", "-1");
    item.setAttribute("tabindex", "0");
  }

  focus(item) {
    if (!item) return;
    this.rove(item);
    item.focus();
  }

  /** The items that can be seen, from the top down. */
  get visible() {
    return [...this.root.querySelectorAll("[role=treeitem]")]
      .filter((item) => !item.parentElement.closest("[aria-expanded=false]"));
  }

  activate(item) {
    const known = this.items.get(item);
    if (!known.more) {
      go(known.position.link);
      return;
    }
    const before = item.previousElementSibling;
    known.more();
    this.focus(before.nextElementSibling);
  }

  onClick(event) {
    const item = event.target.closest("[role=treeitem]");
    if (!item) return;
    this.focus(item);
    if (event.target.closest(".twig") && item.getAttribute("aria-expanded") === "true") this.close(item);
    else {
      this.open(item);
      if (!event.target.closest(".twig")) this.activate(item);
    }
  }

  onKey(event) {
    const item = event.target.closest("[role=treeitem]");
    if (!item || event.altKey || event.ctrlKey || event.metaKey) return;
    const visible = this.visible;
    const at = visible.indexOf(item);
    const isOpen = item.getAttribute("aria-expanded") === "true";
    const parent = item.parentElement.closest("[role=treeitem]");
    const actions = {
      ArrowDown: () => this.focus(visible[at + 1]),
      ArrowUp: () => this.focus(visible[at - 1]),
      Home: () => this.focus(visible[0]),
      End: () => this.focus(visible.at(-1)),
      ArrowRight: () => (isOpen ? this.focus(visible[at + 1]) : this.open(item)),
      ArrowLeft: () => (isOpen ? this.close(item) : this.focus(parent)),
      Enter: () => this.activate(item),
      " ": () => this.activate(item),
      "*": () => [...item.parentElement.children].forEach((each) => this.open(each)),
    };
    const action = actions[event.key] ?? (event.key.length === 1 ? () => this.typeAhead(event.key, visible, at) : null);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }

  /** Go to the next item that starts with what was typed within a second. */
  typeAhead(character, visible, at) {
    clearTimeout(this.forgetting);
    this.forgetting = setTimeout(() => { this.typed = ""; }, 1000);
    this.typed += character.toLowerCase();
    const from = this.typed.length > 1 ? at : at + 1;
    const order = [...visible.slice(from), ...visible.slice(0, from)];
    this.focus(order.find((each) => this.items.get(each).position?.name.toLowerCase().startsWith(this.typed)));
  }
}

/** Whether a family above stands for more than one of a position. */
function isOneOfMany(position) { return position.parent !== null && position.parent.count !== 1n; }

/** A description of the number beside a branch. */
function countMeans(position, count) {
  return isOneOfMany(position) ? `${shownTopics(count)} in each ${position.parent.template}` : shownTopics(count);
}

function unitOf(place) {
  const metric = place.endpoint?.contract.metric;
  return metric ? metric.unit ?? metric.type : place.endpoint?.contract.payload.name ?? "";
}
