// --- What the pages have in common ------------------------------------------------------------------

function link(href, ...children) { return h("a", { href: withQuery(href) }, ...children); }

function classLink(name) { return link(`#/class/${encodeURIComponent(name)}`, name); }
function payloadLink(name) { return link(`#/payload/${encodeURIComponent(name)}`, name); }
function clientLink(name) { return link(`#/client/${encodeURIComponent(name)}`, name); }
function searchLink(query, ...children) { return h("a", { href: `#/search?q=${encodeURIComponent(query)}` }, ...children); }

/** A word of a query as it must be written. */
function quoted(word) { return /\s/.test(word) ? `"${word}"` : word; }

function plural(count, noun) { return `${grouped(count)} ${noun}${count === 1 || count === 1n ? "" : /[sx]$/.test(noun) ? "es" : "s"}`; }

function spaced(name) { return name.replaceAll("_", " "); }

function listed(items) {
  return items.flatMap((item, index) => (index ? [", ", item] : [item]));
}

function prose(text) { return text ? h("p", { class: "prose" }, ...ticked(text)) : null; }

function source(position) { return position.source ? code(position.source) : null; }

function topicLink(position, text = position.template) {
  return h("a", { href: withQuery(position.link), class: "topic-link" }, topicCode(text));
}

function shownValue({ type, unit }) {
  return h("span", {}, spaced(type), unit ? [" in ", code(unit)] : "");
}

function fieldTable(payload, fields) {
  if (payload.schema) {
    return h("pre", { tabindex: "0", role: "region", "aria-label": "JSON Schema" }, code(payload.schema));
  }
  if (!fields.length && payload.form.length) return null; // bytes
  return table(`Fields of ${payload.name}`, ["Field", "Type", "Unit", "Limits", "Required", "Meaning"], fields.map((
    [path, type, unit, limits, required, initial, description],
  ) => [
    [code(path)], h("span", { class: "type" }, type), unit ? [code(unit)] : "", limits, required ? "yes" : "no",
    [...ticked(description ?? ""), initial === null ? null : h("span", { class: "quiet" }, " default ", code(initial))],
  ]));
}

function deprecationNote(found) {
  if (!found) return null;
  const { since, until, replaced_by: instead } = found;
  const to = instead ? positionAt(instead.split("/")) : null;
  return h("p", { class: "note warn" }, h("strong", {}, "Deprecated"),
    since ? ` since ${since}` : "", until ? `, removed in ${until}` : "",
    instead ? [". Use ", to ? topicLink(to, instead) : code(instead), " instead."] : ".");
}

function breadcrumb(position) {
  return h("nav", { class: "crumbs", "aria-label": "Levels of the topic" },
    h("ol", {}, ...position.path.map((at) => h("li", {},
      h("span", { class: "kind" }, kindOf(at.place)),
      at === position ? h("span", { class: "here", "aria-current": "page" }, at.name || "(empty)") : link(at.link, at.name || "(empty)")))));
}

function kindOf(place) {
  if (place.type) return spaced(place.type.level.name);
  if (place.endpoint) return place.endpoint.contract.metric ? "metric" : "topic";
  return { root: "root", aspect: "aspect", level: "level" }[place.kind] ?? place.kind;
}

function heading(eyebrow, title, ...beside) {
  return h("header", { class: "title" }, h("p", { class: "eyebrow" }, eyebrow), h("h1", { tabindex: "-1" }, title), ...beside);
}

// --- A topic ------------------------------------------------------------------------------------------

/** The keys of other programs; those of a later list replace those of an earlier one. */
function extensionsSection(...lists) {
  const found = new Map(lists.flatMap((list) => list ?? []));
  return section("Extensions", facts(...found));
}

/** The keys of other programs at a declaration outside the tree, and below it. */
function extensionsBelow(...path) {
  return namedExtensions((at) => path.every((part, index) => at[index] === part), path.length);
}

/** The keys of other programs at the declarations for which `is` holds, without the first parts of their paths. */
function namedExtensions(is, skipped) {
  return model.extensions.filter(([at]) => is(at)).flatMap(([at, found]) => {
    const where = at.slice(skipped).join(" ");
    return found.map(([key, value]) => [where ? `${key} of ${where}` : key, value]);
  });
}

function topicPage(position) {
  const { place } = position;
  const { endpoint, notes } = place;
  const { contract } = endpoint;
  const size = position.count;
  return [
    breadcrumb(position),
    heading(kindOf(place), topicCode(position.template), h("p", { class: "chips" },
      chip(endpoint.kind, endpoint.kind), endpoint.retain ? chip("retained") : null, chip(`QoS ${endpoint.qos}`),
      endpoint.required ? chip("required") : null,
      size === 1n ? null : chip(size === null ? "open set" : plural(size, "topic"), "family"),
      position.deprecated ? chip("deprecated", "warn") : null)),
    notes.label ? h("p", { class: "lead" }, notes.label) : null,
    deprecationNote(position.deprecated),
    prose(notes.description),
    section("Names", facts(
      [size === 1n ? "Topic" : "Example topic", copyable("topic", position.example)],
      ["Topic filter", copyable("filter", position.filter)],
      ...varyingLevels(position),
      ...(notes.more?.moved_from ? [["Former topic", ...listed(notes.more.moved_from.map((each) => code(each)))]] : []),
    ), widerNote(position)),
    payloadSection(contract),
    kafkaSection(position),
    usersSection(position),
    brokersSection(position),
    writeSection(position),
    useSection(position),
    section("About", facts(
      ...(endpoint.pace ? [["Messages", endpoint.pace]] : []),
      ["Owner", ownerLink(position.owner)],
      ["Equipment", position.equipment ? link(position.equipment.link, position.equipment.title) : null],
      ["Classes", position.equipment ? classesOf(position.equipment.place) : null],
      ["Declared by", endpoint.declaredBy.length ? declaredBy(endpoint.declaredBy) : null],
      ["Asset", notes.more?.asset], ["Source", notes.more?.source_id],
      ["In the model", source(position)],
    )),
    extensionsSection(notes.more?.extensions),
    instancesSection(position),
  ];
}

/** The levels that stand for several or any, with what they stand for. */
function varyingLevels(position) {
  return position.varying.map((at) => {
    const { segment, notes, type } = at.place;
    const { open } = segment;
    const about = notes.description ?? type?.notes.description;
    const means = open?.written ? ["any level with the pattern ", code(open.written)] : [open ? "any level" : plural(segment.count, "level")];
    if (segment.less.length) means.push(" except ", ...listed(segment.less.map(({ text }) => code(text))));
    return [code(segment.text), ...means, ...(about ? [": ", ...ticked(about)] : [])];
  });
}

/** The first few of a list, with the number of the others. */
function listed(items) {
  const few = items.slice(0, MOST_OTHERS);
  const more = items.length - few.length;
  return [...few.flatMap((item, index) => (index ? [", ", item] : [item])), ...(more ? [` and ${grouped(more)} more`] : [])];
}

const MOST_OTHERS = 5;

/** The topics that the filter matches besides the family, because + matches every level. */
function widerNote(position) {
  if (!position.varying.length) return null;
  const search = new Search([term(`filter:${position.filter}`)]);
  const others = [];
  for (const each of search.positions()) {
    if (each.template !== position.template) others.push(each);
    if (others.length > MOST_OTHERS) break;
  }
  if (!others.length) return null;
  const left = search.count(model.top).templates - 1 - MOST_OTHERS;
  return h("p", { class: "note" }, "The filter also matches topics that are not on this page: ",
    ...listed(others.slice(0, MOST_OTHERS).map((each) => topicLink(each))), left > 0 ? ` and ${grouped(left)} more` : "", ". They may carry something else.");
}

function ownerLink(owner) { return owner ? searchLink(`owner:${quoted(owner)}`, owner) : null; }

function classesOf(place) {
  const names = place.type?.classes.map((each) => each.name) ?? [];
  return names.length ? h("span", {}, ...listed(names.map(classLink))) : null;
}

function declaredBy(names) {
  return h("span", {}, ...listed(names.map((name) => {
    const [, of] = /^class (.*)$/su.exec(name) ?? [];
    return of && model.classes.has(of) ? h("span", {}, "class ", classLink(of)) : name;
  })));
}

/** How the messages of a payload are written, where they are not plain JSON. */
function formFacts(payload) {
  return payload.form.map(([name, said]) => [name.charAt(0).toUpperCase() + name.slice(1), code(said)]);
}

function payloadSection({ payload, metric, fields, example, no_example: reason }) {
  return section("Payload",
    facts(
      ["Contract", payloadLink(payload.name)],
      metric ? ["Value", shownValue(metric)] : null,
      metric?.limits ? ["Limits", metric.limits] : null,
      ...formFacts(payload),
    ),
    fieldTable(payload, fields),
    example === null ? nothing(`No example: ${reason}`) : snippet("Example message", example));
}

function kafkaSection(position) {
  const address = kafkaAddress(position);
  if (address.problem) return section("Kafka", nothing(`Not in Kafka: ${address.problem}.`));
  return section("Kafka", kafkaNote(), facts(
    ["Kafka topic", copyable("Kafka topic", address.topic, code(address.topic))],
    address.topics === 1n ? null : ["One for each", h("span", {}, code(address.pattern), h("span", { class: "quiet" }, address.topics === null ? " without end" : ` ${plural(address.topics, "Kafka topic")}`))],
    ["Record key", copyable("record key", address.key, code(address.key))],
    ["Partition", h("span", {}, shownPartition(address), h("span", { class: "quiet" }, `, by ${model.kafka.partitioner} of ${address.hashed === address.key ? "the key" : address.hashed}`))],
    ["Last values", address.state ? h("span", {}, code(address.state), h("span", { class: "quiet" }, ", compacted: it keeps the last message of each key")) : null],
  ), position.varying.length ? h("p", { class: "quiet" }, "Key and partition are those of the example topic ", topicCode(position.example), "; others of the family have their own.") : null);
}

/** A partition by its number, and which numbers there are. */
function shownPartition({ partition, partitions }) {
  return `number ${partition} (${plural(partitions, "partition")}, numbered from 0 to ${partitions - 1})`;
}

/** A note that the mapping is the default one, if the model does not configure Kafka. */
function kafkaNote() {
  return model.kafka.declared ? null : nothing("By the default mapping: the model does not configure Kafka.");
}

/** The clients whose filters reach a position, each with the filters that do. */
function users(position, verb) {
  return model.clients.flatMap((client) => {
    const found = client[verb].map((filter) => [filter, reach(filter, position)]).filter(([, reached]) => reached !== "none");
    return found.length ? [{ client, filters: found.map(([filter]) => filter), isPartly: found.every(([, reached]) => reached === "some") }] : [];
  });
}

function usersSection(position) {
  const rows = [["writes", "publish"], ["reads", "subscribe"]].flatMap(([word, verb]) => (
    users(position, verb).map(({ client, filters, isPartly }) => [
      [clientLink(client.name)], isPartly ? `${word} some of them` : word, listed(filters.map((each) => code(each))), connection(client), client.owner ?? "",
    ])));
  const body = rows.length ? table("Clients", ["Client", "Does", "By filter", "Over", "Owner"], rows)
    : nothing(model.clients.length ? "No client of the model reaches this topic." : "The model declares no clients.");
  return section("Clients", body, topicFlow(position));
}

/** The clients that write or read at equipment or below it. */
function usersBelow(position) {
  const rows = [["writes", "publish"], ["reads", "subscribe"]].flatMap(([word, verb]) => model.clients.flatMap((client) => {
    const filters = client[verb].filter((filter) => reachesBelow(filter, position));
    return filters.length ? [[[clientLink(client.name)], word, listed(filters.map((each) => code(each))), connection(client), client.owner ?? ""]] : [];
  }));
  return rows.length ? table("Clients", ["Client", "Does", "By filter", "Over", "Owner"], rows)
    : nothing(model.clients.length ? "No client of the model writes or reads here." : "The model declares no clients.");
}

/** A host with a port, the usual one where the address has none. */
function hostPort(address, usual) {
  const [host, port] = address.split(":");
  return { host, port: port ?? usual };
}

/** The options of mosquitto_sub and mosquitto_pub for the broker. */
function brokerOptions() {
  const { host, port } = hostPort(model.hosts.mqtt, "1883");
  return `-h ${host}${port === "1883" ? "" : ` -p ${port}`} -V mqttv5`;
}

/** A line that publishes: for commands, and for topics to which a client of the model may publish. */
function writeSection(position) {
  const { kind, qos, retain, contract } = position.place.endpoint;
  if (kind !== "command" && !users(position, "publish").some(({ client }) => client.via === "mqtt")) return null;
  const { example, payload } = contract;
  const sent = example === null || payload.encoding !== "json" ? example : JSON.stringify(JSON.parse(example));
  const message = sent === null ? "-s" : `-m ${shellQuoted(sent)}`;
  return section("Write it",
    snippet("mosquitto_pub", `mosquitto_pub ${brokerOptions()} -q ${qos}${retain ? " -r" : ""} -t ${shellQuoted(position.example)} ${message}`),
    sent === null ? nothing("The message is read from the standard input.") : null);
}

/** The Kafka keys of a position as a regular expression: a level of a family takes any. */
function keyPattern(position) {
  const { path } = position;
  const keyed = path.slice(model.kafka.key === "tail" ? placeDepth(path) : 0);
  return keyed.map((at) => (at.level === null ? "[^/]+" : escapedPattern(at.level))).join("/");
}

function escapedPattern(text) { return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"); }

/** The line that reads from Kafka what the filter reads from MQTT. */
function kcatLine(position, address) {
  const { host, port } = hostPort(model.hosts.kafka, "9092");
  const family = position.varying.length > 0;
  const named = address.topics === 1n
    ? `-C -t ${shellQuoted(address.topic)}${family ? "" : ` -p ${address.partition}`} -o end`
    : `-G uns-look ${shellQuoted(`^${address.pattern.split("*").map(escapedPattern).join("[^.]+")}$`)}`;
  return `kcat -b ${host}:${port} -u -f '%k %s\\n' ${named} | grep --line-buffered -E ${shellQuoted(`^${keyPattern(position)} `)}`;
}

function useSection(position) {
  const filter = position.filter;
  const { endpoint } = position.place;
  const address = kafkaAddress(position);
  const { host, port } = hostPort(model.hosts.mqtt, "1883");
  const python = [
    "import paho.mqtt.client as mqtt", "",
    `FILTER = ${JSON.stringify(filter)}`, "",
    "client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)",
    `client.on_connect = lambda client, *_: client.subscribe(FILTER, qos=${endpoint.qos})`,
    `client.on_message = lambda client, _, message: print(message.topic, message.payload${endpoint.contract.payload.encoding === "binary" ? "" : ".decode()"})`,
    `client.connect(${JSON.stringify(host)}, ${port})`, "client.loop_forever()",
  ].join("\n");
  return section("Read it",
    snippet("mosquitto_sub", `mosquitto_sub ${brokerOptions()} -q ${endpoint.qos} -v -t ${shellQuoted(filter)}`),
    snippet("Python", python),
    address.problem ? null : snippet("kcat", kcatLine(position, address)),
    address.problem ? null : h("p", { class: "quiet" }, "The Kafka topic has other keys, too; ", code("grep"), " keeps those of this page.",
      model.kafka.declared ? "" : " The model does not configure Kafka, so this is the default mapping."));
}

function shellQuoted(text) { return `'${text.replaceAll("'", "'\\''")}'`; }

// --- Instances: made when they are shown, from the number of the row -----------------------------------

const INSTANCES = 25;
const SCANNED = 20_000n;

/** Instance number `index` of a position whose sets all have an end. */
function instance(position, index) {
  const chosen = new Map();
  for (const at of [...position.varying].reverse()) {
    const { segment } = at.place;
    chosen.set(at.place, segment.nth(index % segment.count));
    index /= segment.count;
  }
  return pinned(position, chosen);
}

function pinned(position, chosen) {
  return position.path.reduce(
    (parent, at) => new Position(parent, at.place, at.level ?? chosen.get(at.place) ?? null), null,
  );
}

/** The instances that have all words of a text: whole levels, whole topics, or a part of one. */
function findInstances(position, text) {
  const parts = [];
  let at = position;
  for (const word of text.trim().split(/\s+/).filter(Boolean)) {
    const whole = positionAt(word.split("/"));
    if (whole && whole.place === position.place && whole.depth === position.depth) {
      at = pinned(at, new Map(whole.path.map((each) => [each.place, each.level ?? undefined])));
      continue;
    }
    const meant = at.varying.find(({ place: { segment } }) => (
      segment.match(word) || (segment.varying.length === 1 && segment.match(segment.build([word])))
    ));
    if (!meant) parts.push(word.toLowerCase());
    else {
      const { segment } = meant.place;
      at = pinned(at, new Map([[meant.place, segment.match(word) ? word : segment.build([word])]]));
    }
  }
  if (!parts.length) return { at, count: at.count, nth: (index) => instance(at, index), isCut: false };
  const found = [];
  const most = at.count < SCANNED ? at.count : SCANNED;
  for (let index = 0n; index < most; index++) {
    const each = instance(at, index);
    const topic = each.example.toLowerCase();
    if (parts.every((part) => topic.includes(part))) found.push(each);
  }
  return { at, count: BigInt(found.length), nth: (index) => found[Number(index)], isCut: most < at.count };
}

function instancesSection(position) {
  if (!position.varying.length) return null;
  if (position.count === null) return openSection(position);
  const input = h("input", { type: "search", id: "instances", placeholder: "A number, a level, or a topic", autocomplete: "off" });
  const summary = h("p", { class: "quiet", role: "status" });
  const body = h("div");
  const previous = button("Previous", () => turn(-1n));
  const next = button("Next", () => turn(1n));
  const pager = h("p", { class: "pager" }, previous, next);
  let found = findInstances(position, "");
  let page = 0n;
  function turn(by) { page += by; draw(); }
  function draw() {
    const size = BigInt(INSTANCES);
    const pages = (found.count + size - 1n) / size;
    const rows = [];
    for (let index = page * size; index < found.count && index < (page + 1n) * size; index++) {
      const each = found.nth(index);
      const address = kafkaAddress(each);
      rows.push([[topicLink(each, each.example)], [code(address.topic ?? "none")], String(address.partition ?? "")]);
    }
    summary.textContent = found.count === 0n ? "None of them."
      : `${plural(found.count, "topic")}, page ${grouped(page + 1n)} of ${grouped(pages)}${found.isCut ? `; looked through the first ${grouped(SCANNED)}, write a whole level or number to find it directly` : ""}`;
    body.replaceChildren(rows.length ? table("Topics of the family", ["Topic", "Kafka topic", "Partition"], rows) : "");
    pager.hidden = pages < 2n;
    previous.disabled = page === 0n;
    next.disabled = page + 1n >= pages;
  }
  input.addEventListener("input", () => {
    found = findInstances(position, input.value);
    page = 0n;
    draw();
  });
  draw();
  return section("Topics of the family",
    h("p", { class: "field" }, h("label", { for: "instances" }, "Find one of them "), input), summary, body, pager);
}

/** A family with a set that has no end: its topics cannot be listed, but each can be built. */
function openSection(position) {
  const result = h("div", { role: "status" });
  const fields = position.varying.map((at, index) => {
    const { segment } = at.place;
    const input = h("input", { type: "text", id: `level-${index}`, value: segment.example, autocomplete: "off" });
    input.addEventListener("input", draw);
    const pattern = segment.open?.written;
    return { at, input, row: h("p", { class: "field" }, h("label", { for: `level-${index}` }, code(segment.text), " "), input,
      pattern ? h("span", { class: "quiet" }, " pattern ", code(pattern)) : null) };
  });
  function draw() {
    const wrong = fields.find(({ at, input }) => at.place.segment.match(input.value) === null);
    if (wrong) {
      result.replaceChildren(h("p", { class: "note warn" }, code(wrong.input.value), " is no level that ", code(wrong.at.place.segment.text), " stands for."));
      return;
    }
    const built = pinned(position, new Map(fields.map(({ at, input }) => [at.place, input.value])));
    const address = kafkaAddress(built);
    result.replaceChildren(facts(["Topic", copyable("built topic", built.example)],
      address.problem ? null : ["Kafka topic", code(address.topic)], address.problem ? null : ["Partition", shownPartition(address)]));
  }
  draw();
  return section("Build a topic", nothing("The set has no end, so its topics are not listed."), ...fields.map(({ row }) => row), result);
}

// --- Equipment and other positions ----------------------------------------------------------------------

function positionPage(position) {
  const { place } = position;
  const { notes } = place;
  const everything = new Search([]);
  const own = ownEndpoints(position);
  const below = (place.members?.places ?? []).filter((each) => each.type);
  const count = everything.count(place.members);
  const properties = notes.more?.properties ?? [];
  return [
    breadcrumb(position),
    heading(kindOf(place), position.title, h("p", { class: "chips" },
      chip(`${shownTopics({ ...count, topics: count.topics * (position.count ?? 1n), open: count.open || position.count === null })} below`),
      place.type && position.count !== 1n ? chip(position.count === null ? "open set" : `${grouped(position.count)} of them`, "family") : null,
      place.open ? chip("open", "family") : null, position.deprecated ? chip("deprecated", "warn") : null)),
    h("p", {}, topicCode(position.template)),
    perOneNote(position, count),
    deprecationNote(position.deprecated),
    prose(position.description),
    place.open ? h("p", { class: "note" }, OPEN_MEANS) : null,
    section("About", facts(
      ...varyingLevels(position),
      ["All topics below", copyable("filter", `${position.filter}/#`)],
      ["Classes", classesOf(place)],
      ["Owner", ownerLink(position.owner)],
      ...(notes.more?.moved_from ? [["Former topic", ...listed(notes.more.moved_from.map((each) => code(each)))]] : []),
      ["Asset", notes.more?.asset], ["Source", notes.more?.source_id],
      ["In the model", source(position)],
      ["Diagram", place.type ? link(position.link.replace("#/at/", "#/map/"), "Show the hierarchy") : null],
    )),
    properties.length ? section("Properties", facts(...properties)) : null,
    extensionsSection(place.type?.notes.more?.extensions, notes.more?.extensions),
    section("Clients", usersBelow(position)),
    section("Topics here", own.length ? endpointTable(own, position.depth) : nothing("It publishes nothing itself.")),
    below.length ? section("Below", portions(below, 60, (each) => {
      const child = new Position(position, each);
      return h("li", {}, link(child.link, h("span", { class: "name" }, child.name || "(empty level)"), h("span", { class: "quiet" }, each.notes.label ? ` ${each.notes.label}` : "")),
        h("span", { class: "count" }, `${spaced(each.type.level.name)}, ${shownTopics(everything.below({ states: [], pin: null }, each))}${position.count === 1n ? "" : " each"}`));
    }, () => h("ul", { class: "cards" }))) : null,
  ];
}

/** The number of topics of one member of a family, as the tree and the map count them. */
function perOneNote(position, count) {
  if (position.count === 1n || !count.templates) return null;
  const many = position.count === null ? "any number" : grouped(position.count);
  return nothing(`${shownTopics(count)} for each of ${many}.`);
}

/** The topics that the equipment at a position publishes itself, with its aspects; at most a thousand. */
function ownEndpoints(position, found = []) {
  for (const place of position.place.members?.places ?? []) {
    if (place.type || found.length >= 1000) continue;
    const below = new Position(position, place);
    if (place.endpoint) found.push(below);
    ownEndpoints(below, found);
  }
  return found;
}

function endpointTable(positions, depth) {
  return table("Topics", ["Topic", "Kind", "Payload", "Value", "Limits", "What it is"], positions.map((each) => {
    const { endpoint, notes } = each.place;
    const { metric, payload } = endpoint.contract;
    return [
      [h("a", { href: withQuery(each.link), class: "topic-link" }, topicCode(each.names.slice(depth).join("/")))],
      [endpoint.kind, each.deprecated ? h("span", { class: "quiet" }, ", deprecated") : null], [payloadLink(payload.name)],
      metric ? [shownValue(metric)] : "", metric?.limits ?? "", ticked(notes.label ?? notes.description ?? ""),
    ];
  }));
}
