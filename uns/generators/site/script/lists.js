// --- The first page, and the lists -------------------------------------------------------------------

function homePage() {
  const { about } = model;
  const everything = new Search([]);
  const all = everything.count(model.top);
  const equipment = new Search([], (place) => place.type !== null).count(model.top);
  const figure = (number, words, href) => h("li", {}, h("span", { class: "number" }, number), h("span", {}, href ? link(href, words) : words));
  return [
    heading(about.version ? `Model version ${about.version}` : "Unified Namespace", about.label ?? about.id ?? "Unified Namespace"),
    prose(about.description),
    h("ul", { class: "figures" },
      figure(shownCount(all), "topics", "#/search?q="), figure(grouped(all.templates), "topic templates", "#/search?q="),
      figure(shownCount(equipment), "pieces of equipment", "#/map"),
      figure(grouped(model.classes.size), "classes", "#/classes"), figure(grouped(model.used.size), "payloads in use", "#/payloads"),
      figure(grouped(model.clients.length), "clients", "#/clients")),
    section("Start here", h("ul", { class: "cards" }, ...branches(model.top).slice(0, 24).map((position) => h("li", {},
      link(position.link, h("span", { class: "name" }, position.title)),
      h("span", { class: "count" }, `${kindOf(position.place)}, ${shownTopics(everything.below({ states: [], pin: null }, position.place))}${isOneOfMany(position) ? " each" : ""}`))))),
    section("About", facts(["Model", about.id], ["Version", about.version], ["Owner", ownerLink(about.owner)], ["Made by", about.generator])),
    extensionsSection(namedExtensions(([first]) => !["payloads", "clients", "classes"].includes(first), 0)),
    section("Searching", folded("What you can search for",
      h("div", { class: "wide" }, facts(...searches().map(([query, meaning]) => [searchLink(query, code(query)), meaning]))))),
  ];
}

/** What you can search for, shown with names of the model. */
function searches() {
  const [metric] = new Search([], ({ endpoint }) => Boolean(endpoint?.contract.metric)).positions();
  const [topic] = metric ? [metric] : new Search([]).positions();
  if (!topic) return [];
  const names = topic.path.map((at) => at.level ?? "+");
  const last = names.length - 1;
  const name = topic.equipment?.place.type.classes[0]?.name;
  const written = [
    [topic.name, "topics with this text in their name, label, description, payload or unit"],
    [topic.names.slice(-2).join("/"), "successive levels; one level of a family finds the family"],
    [[...names.slice(0, -2), "+", names[last]].slice(-names.length).join("/"), "topics that the MQTT topic filter matches, exactly as in a broker"],
    name ? [`class:${quoted(name)}`, "topics of equipment of a class, or of one that extends it"] : null,
    topic.equipment ? [`level:${topic.equipment.place.type.level.name}`, "topics of equipment of a level"] : null,
    topic.place.endpoint.contract.metric?.unit ? [`unit:${quoted(topic.place.endpoint.contract.metric.unit)}`, "topics with a value in a unit"] : null,
    ["kind:command", "topics of a kind: state, event, command or record"],
    model.clients.length ? [`client:${quoted(model.clients[0].name)}`, "topics that a client writes or reads"] : null,
    [`payload:${topic.place.endpoint.contract.payload.name}`, "topics that carry a payload"],
    [`kafka:${kafkaAddress(topic).topic ?? model.kafka.prefix}`, "topics that go to a Kafka topic"],
    topic.owner ? [`owner:${quoted(topic.owner)}`, "topics of an owner"] : null,
    ["deprecated:yes", "deprecated topics"],
    [`${names[0]}/# payload:${topic.place.endpoint.contract.payload.name}`, "topics that match all of it; quotes keep spaces"],
  ];
  return written.filter(Boolean);
}

/** The equipment where the tree first branches, with what only leads there left out. */
function branches(members, parent = null) {
  const below = members.places.map((place) => new Position(parent, place)).filter(({ place }) => place.members);
  return below.length === 1 ? branches(below[0].place.members, below[0]) : below.length ? below : [parent].filter(Boolean);
}

function searchPage(query) {
  let search;
  try {
    search = Search.of(query);
  } catch (error) {
    return [heading("Search", query), h("p", { class: "note warn" }, error.message)];
  }
  const count = search.count(model.top);
  const open = openOfQuery(query);
  const summary = count.templates ? `${shownTopics(count)} in ${plural(count.templates, "template")}`
    : open.length ? "Legal, not modelled" : "Nothing found";
  say(summary);
  return [
    heading("Search", query || "Everything"), h("p", { class: "lead" }, summary),
    facetNote(query), openNote(open),
    nearMissNotes(query),
    count.templates ? portions(search.positions(), 30, resultRow, () => h("ul", { class: "results" }))
      : nothing("A word is looked for in topics, labels, descriptions, payloads and units; + and # make an MQTT filter."),
  ];
}

/** What a filter, if that is the whole query, just misses. */
function nearMissNotes(query) {
  return nearMisses(query).map(({ filter, search }) => h("p", { class: "note" }, "It just misses ",
    shownTopics(search.count(model.top)), ", such as ", topicLink(search.positions().next().value), ", which ",
    searchLink(`filter:${quoted(filter)}`, code(filter)), " matches."));
}

/** The words of a query that look like unknown facets, and the facets there are. */
function facetNote(query) {
  const unknown = unknownFacets(query);
  return unknown.length ? h("p", { class: "note" }, ...listed(unknown.map((name) => code(`${name}:`))),
    " is no facet, so it is looked for as text. There are ", ...listed(Object.keys(FACETS).map((name) => code(`${name}:`))), ".") : null;
}

/** A note that other topics may be published there, too. */
function openNote(positions) {
  return positions.length ? h("p", { class: "note" }, "It reaches below ", ...listed(positions.map((each) => topicLink(each))),
    ", which is open: others may publish anything there. Such topics are legal, and not modelled.") : null;
}

/** The page of a topic below an open position that is not modelled. */
function openPage(levels) {
  const above = openAbove(levels);
  if (!above) return null;
  const topic = levels.join("/");
  return [
    breadcrumb(above), heading("Not modelled", topicCode(topic)),
    h("p", { class: "lead" }, "Legal, not modelled"),
    h("p", { class: "note" }, topicLink(above), " is open: others may publish any topic below it. The model says nothing of what this one carries."),
    prose(above.description),
    section("Names", facts(["Topic", copyable("topic", topic)], ["All below the open position", copyable("filter", `${above.filter}/#`)], ["Owner", ownerLink(above.owner)])),
  ];
}

function resultRow(position) {
  const { endpoint, notes } = position.place;
  const { metric, payload } = endpoint.contract;
  return h("li", {}, topicLink(position), h("p", { class: "quiet" }, [
    kindOf(position.place), endpoint.kind, metric ? [metric.type, metric.unit].filter(Boolean).join(" ") : payload.name,
    notes.label, notes.description, position.count === 1n ? null : position.count === null ? "open set" : plural(position.count, "topic"),
    position.deprecated ? "deprecated" : null,
  ].filter(Boolean).join(" · ")));
}

// --- Classes ------------------------------------------------------------------------------------------

function ofClass(name) { return new Search([], ({ type }) => Boolean(type?.every.has(name))); }

function classesPage() {
  const classes = [...model.classes.values()];
  return [heading("Equipment", "Classes"), classes.length ? table("Classes", ["Class", "Level", "Extends", "Equipment", "What it is"], classes.map((each) => [
    [classLink(each.name), each.abstract ? h("span", { class: "quiet" }, " abstract") : null], each.level ? spaced(each.level) : "",
    each.ancestors.length ? [classLink(each.ancestors[0])] : "", shownCount(ofClass(each.name).count(model.top)),
    ticked(each.notes.label ?? each.notes.description ?? ""),
  ])) : nothing("The model declares no classes.")];
}

function classPage(name) {
  const each = model.classes.get(name);
  if (!each) return missingPage(`class ${name}`);
  const search = ofClass(name);
  const count = search.count(model.top);
  const extending = [...model.classes.values()].filter(({ ancestors }) => ancestors.includes(name));
  const { deprecated } = each.notes.more ?? {};
  return [
    heading("Class", name, h("p", { class: "chips" }, each.abstract ? chip("abstract") : null, each.level ? chip(spaced(each.level)) : null,
      deprecated ? chip("deprecated", "warn") : null)),
    each.notes.label ? h("p", { class: "lead" }, each.notes.label) : null,
    deprecationNote(deprecated), prose(each.notes.description),
    section("About", facts(
      ["Extends", each.ancestors.length ? h("span", {}, ...listed(each.ancestors.map(classLink))) : null],
      ["Extended by", extending.length ? h("span", {}, ...listed(extending.map((of) => classLink(of.name)))) : null],
      ["Owner", ownerLink(each.notes.owner)],
      ["Must have", each.required.length ? h("span", {}, ...listed(each.required.map((key) => code(key)))) : null],
      ["Topics", count.templates ? searchLink(`class:${quoted(name)}`, "Show all of them") : null],
      ["In the model", each.file ? code(`${each.file}:${each.line}`) : null],
    )),
    each.properties.length ? section("Properties", table("Properties", ["Property", "Type", "Unit", "Limits"], each.properties.map(
      ([property, [type, unit, limits]]) => [[code(property)], spaced(type), unit ? [code(unit)] : "", limits],
    ))) : null,
    extensionsSection(each.notes.more?.extensions, extensionsBelow("classes", name)),
    each.topics.length ? section("Topics it brings", classTopicTable("Topics it brings", each.topics)) : null,
    each.parts.length ? section("Parts it brings", partTable(each.parts), ...each.parts.filter(({ topics }) => topics.length).flatMap((part) => [
      h("h3", {}, code(part.path)), classTopicTable(`Topics of ${part.path}`, part.topics)])) : null,
    section("Equipment", count.templates ? portions(search.positions(), 60, (position) => h("li", {}, topicLink(position),
      position.place.notes.label ? h("span", { class: "quiet" }, ` ${position.place.notes.label}`) : null), () => h("ul", { class: "results" })) : nothing("No equipment of the model has this class.")),
  ];
}

/** Topics as a class declares them, which a node may narrow. */
function classTopicTable(caption, topics) {
  return table(caption, ["Topic", "Kind", "Payload", "Value", "Limits", "Declared by", "What it is"], topics.map((
    { key, kind, required, deprecated, contract: { metric, payload }, declared_by: by, text },
  ) => [
    [code(key)], [kind, required ? ", required" : "", deprecated ? ", deprecated" : ""], [payloadLink(payload.name)],
    metric ? [shownValue(metric)] : "", metric?.limits ?? "", [declaredBy(by)], text ? ticked(text) : "",
  ]));
}

function partTable(parts) {
  return table("Parts", ["Part", "Level", "Classes", "What it is"], parts.map(({ path, level, classes, text }) => [
    [code(path)], spaced(level), listed(classes.map(classLink)), text ? ticked(text) : "",
  ]));
}

// --- Payloads -----------------------------------------------------------------------------------------

function payloadsPage() {
  const used = model.payloads.filter((payload) => model.used.has(payload));
  const unused = model.payloads.filter((payload) => !model.used.has(payload));
  const listing = (caption, payloads) => table(caption, ["Payload", "Topics", "What it is"], payloads.map((payload) => [
    [payloadLink(payload.name)], shownCount(carrying(payload).count(model.top)), ticked(payload.description ?? ""),
  ]));
  return [
    heading("Messages", "Payloads"),
    used.length ? listing("Payloads", used) : nothing("No topic of the model carries a payload."),
    unused.length ? section("Not in use", folded(`${plural(unused.length, "payload")} that no topic carries`, listing("Payloads that no topic carries", unused))) : null,
  ];
}

function carrying(payload) { return new Search([], ({ endpoint }) => endpoint?.contract.payload === payload); }

function payloadPage(name) {
  const payload = model.payloads.find((each) => each.name === name);
  if (!payload) return missingPage(`payload ${name}`);
  const search = carrying(payload);
  const found = model.contracts.find((each) => each.payload === payload && each.example !== null);
  return [
    heading("Payload", name), prose(payload.description),
    section("Fields", payload.form.length ? facts(...formFacts(payload)) : null, fieldTable(payload, payload.fields), found ? snippet("Example message", found.example) : null),
    extensionsSection(extensionsBelow("payloads", name)),
    section("Topics that carry it", search.count(model.top).templates
      ? portions(search.positions(), 30, resultRow, () => h("ul", { class: "results" })) : nothing("No topic carries it.")),
  ];
}

// --- Clients ------------------------------------------------------------------------------------------

function clientsPage() {
  return [heading("Access", "Clients"), model.clients.length ? table("Clients", ["Client", "Over", "Publishes to", "Subscribes to", "Owner", "What it is"], model.clients.map((client) => [
    [clientLink(client.name)], connection(client), plural(client.publish.length, "filter"), plural(client.subscribe.length, "filter"), client.owner ?? "", client.label ?? client.description ?? "",
  ])) : nothing("The model declares no clients.")];
}

function clientPage(name) {
  const client = model.clients.find((each) => each.name === name);
  if (!client) return missingPage(`client ${name}`);
  const filters = (title, verb) => section(title, client[verb].length ? table(title, ["Filter", "Topics", "Templates"], client[verb].map((filter) => {
    const count = new Search([term(`filter:${filter}`)]).count(model.top);
    return [[searchLink(`filter:${quoted(filter)}`, code(filter))], shownCount(count), grouped(count.templates)];
  })) : nothing("Nothing."), missedNotes(client, verb));
  const topics = (title, verb) => (client[verb].length
    ? section(title, portions(taken(client[verb]), 30, resultRow, () => h("ul", { class: "results" }))) : null);
  return [
    heading("Client", client.label ?? name, client.label ? h("p", { class: "chips" }, chip(name)) : null), prose(client.description),
    section("About", facts(
      ["Owner", ownerLink(client.owner)], ["Connects to", connection(client)],
      ["User", client.user === name ? null : code(client.user)],
      ["Consumer group", client.group === null ? null : code(client.group)],
    )),
    extensionsSection(extensionsBelow("clients", name)),
    filters("May publish to", "publish"), topics("Topics it may write", "publish"),
    filters("Subscribes to", "subscribe"), topics("Topics it reads", "subscribe"),
  ];
}

/** What filters of a client just miss: the same endpoint, one level higher or lower. */
function missedNotes(client, verb) {
  return (client.missed ?? []).filter(([side]) => side === verb).map(([, filter, near, template, number]) => h("p", { class: "note warn" },
    code(filter), " just misses ", code(template), number > 1 ? ` and ${grouped(number - 1)} more` : "", ", which ",
    searchLink(`filter:${quoted(near)}`, code(near)), " matches."));
}

/** The topics that filters match, each template once. */
function* taken(filters) {
  const seen = new Set();
  for (const filter of filters) {
    for (const position of new Search([term(`filter:${filter}`)]).positions()) {
      if (seen.has(position.template)) continue;
      seen.add(position.template);
      yield position;
    }
  }
}

// --- Changes ------------------------------------------------------------------------------------------

/** The change log; only the changes of one rule if the address names one. */
function changesPage([rule]) {
  const { changes } = model;
  if (!changes) return [heading("Versions", "Changes"), nothing("This site was built without an older version to compare with.")];
  const entries = changes.entries.filter(({ code: of }) => !rule || of === rule);
  const breaking = entries.filter(({ effect }) => effect === "breaking").length;
  const said = changes.rules[rule];
  return [
    heading("Versions", changes.old === changes.new ? "Changes" : `Changes from ${changes.old ?? "no version"} to ${changes.new ?? "no version"}`),
    h("p", { class: "lead" }, `${plural(entries.length, "change")}, ${grouped(breaking)} of them breaking`),
    changes.bump === "none" || rule ? null : h("p", {}, `They ask for a new ${changes.bump} version.`),
    rule ? h("p", { class: "note" }, h("strong", {}, said ? `${rule} ${said.name}` : rule), said ? [". ", ...ticked(said.what)] : null, " ", link("#/changes", "Show all changes")) : null,
    entries.length ? changeGroups(entries) : nothing("Nothing changed."),
  ];
}

/** Changes by their effect, those of one client if one is chosen; compatible ones are folded. */
function changeGroups(entries) {
  const names = [...new Set(entries.flatMap(({ clients }) => clients))].sort();
  const groups = h("div");
  const chosen = h("select", { id: "change-client" }, h("option", { value: "" }, "all"), ...names.map((name) => h("option", { value: name }, name)));
  function draw() {
    const meant = entries.filter(({ clients }) => !chosen.value || clients.includes(chosen.value));
    groups.replaceChildren(...["breaking", "additive", "compatible"].map((effect) => {
      const of = meant.filter((each) => each.effect === effect);
      const list = () => portions(of, 100, changeRow, () => h("ul", { class: "results" }));
      if (!of.length) return null;
      return section(`${effect[0].toUpperCase()}${effect.slice(1)}`, effect === "compatible" ? folded(plural(of.length, "change"), list()) : list());
    }).filter(Boolean));
  }
  chosen.addEventListener("change", draw);
  draw();
  return [names.length ? h("p", { class: "field" }, h("label", { for: "change-client" }, "Hits the client "), chosen) : null, groups];
}

function changeRow({ template, more, text, effect, code: rule, audiences, clients, help }) {
  const to = template ? positionAt(template.split("/")) : null;
  const hit = [
    ...audiences,
    ...clients.map((name) => (model.clients.some((client) => client.name === name) ? clientLink(name) : name)),
  ];
  const name = model.changes.rules[rule]?.name;
  return h("li", {},
    h("p", {}, chip(effect, effect), " ", to ? topicLink(to, template) : template ? topicCode(template) : "the model", more),
    h("p", {}, ...ticked(text), " ", h("a", { href: `#/changes/${rule}`, class: "quiet", title: name ?? null }, effect === "breaking" && name ? `${rule} ${name}` : rule)),
    hit.length && effect !== "compatible" ? h("p", { class: "quiet" }, "Hits ", ...listed(hit), ".") : null,
    help ? h("p", { class: "quiet" }, ...ticked(help)) : null);
}

function missingPage(what) {
  return [heading("Not found", "Nothing here"), h("p", {}, "The model has no ", code(what), ".")];
}
