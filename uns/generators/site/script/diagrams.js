// --- Diagrams: drawn with SVG elements, bounded however large the model is ----------------------------

const BOX = { width: 204, height: 44, across: 44, down: 12 };
const MOST_BOXES = 60;
const MOST_ROWS = 14;
const MOST_LOOKED_AT = 20_000;

function clipped(text, most) {
  const characters = [...text];
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : text;
}

/** The end of a name, which tells more of it than what all begin with. */
function tail(text, most) {
  const characters = [...text];
  return characters.length > most ? `…${characters.slice(1 - most).join("")}` : text;
}

function box({ x, y, title, note, href, kind = "", isFamily = false }) {
  const frame = (offset) => svg("rect", { x: x + offset, y: y + offset, width: BOX.width, height: BOX.height, rx: 6 });
  const shape = svg("g", { class: `box ${kind}` }, isFamily ? frame(4) : null, frame(0),
    svg("title", {}, note ? `${title}, ${note}` : title),
    svg("text", { x: x + 12, y: y + (note ? 19 : 27), class: "box-title" }, clipped(title, 23)),
    note ? svg("text", { x: x + 12, y: y + 35, class: "box-note" }, clipped(note, 29)) : null);
  return href ? svg("a", { href: withQuery(href) }, shape) : shape;
}

function edge(x1, y1, x2, y2, kind = "") {
  const middle = (x1 + x2) / 2;
  return svg("path", { class: `edge ${kind}`, d: `M${x1},${y1} C${middle},${y1} ${middle},${y2} ${x2},${y2}` });
}

function drawing(label, width, height, ...shapes) {
  return h("div", { class: "scroll drawing", tabindex: "0", role: "region", "aria-label": label },
    svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "group", "aria-label": label }, ...shapes));
}

// The hierarchy

/** Equipment level by level until there are enough boxes; what is left out is counted. */
function hierarchy(from) {
  const start = { position: from, below: [], depth: 0 };
  let left = MOST_BOXES;
  let layer = [start];
  while (layer.length && left > 0) {
    const next = [];
    for (const node of layer) {
      const below = equipmentBelow(node.position);
      const fitting = Math.min(below.length, left, node.depth ? 12 : 24);
      for (const position of below.slice(0, fitting)) next.push({ position, below: [], depth: node.depth + 1 });
      node.below = next.slice(next.length - fitting);
      node.more = below.length - fitting;
      left -= fitting;
    }
    layer = next;
  }
  for (const node of layer) node.more = equipmentBelow(node.position).length;
  return start;
}

/** The equipment directly below, past levels that are none. */
function equipmentBelow(position) {
  return (membersOf(position)?.places ?? []).flatMap((place) => {
    const below = new Position(position, place);
    return place.type ? [below] : place.kind === "root" ? equipmentBelow(below) : [];
  });
}

/** The equipment that everything is below, as far down as there is one only. */
function loneBranch() {
  let position = null;
  for (let below = equipmentBelow(null); below.length === 1; below = equipmentBelow(position)) [position] = below;
  return position;
}

function mapPage(levels) {
  const from = levels.length ? positionAt(levels) : loneBranch();
  if (levels.length && !from) return missingPage(levels.join("/"));
  const shapes = [];
  const everything = new Search([]);
  let row = 0;
  let deepest = 0;
  const place = (node) => {
    const x = 8 + node.depth * (BOX.width + BOX.across);
    deepest = Math.max(deepest, node.depth);
    const lines = [];
    const first = row;
    node.below.forEach((child) => lines.push(place(child)));
    if (node.more) {
      lines.push(8 + row * (BOX.height + BOX.down) + BOX.height / 2);
      deepest = Math.max(deepest, node.depth + 1);
      shapes.push(box({ x: x + BOX.width + BOX.across, y: 8 + row * (BOX.height + BOX.down), title: `${grouped(node.more)} more`, kind: "rest",
        href: node.position ? node.position.link.replace("#/at/", "#/map/") : "#/" }));
      row++;
    }
    if (row === first) row++;
    const y = lines.length ? (lines[0] + lines.at(-1)) / 2 : 8 + first * (BOX.height + BOX.down) + BOX.height / 2;
    const { position } = node;
    for (const line of lines) shapes.unshift(edge(x + BOX.width, y, x + BOX.width + BOX.across, line));
    shapes.push(position ? box({
      x, y: y - BOX.height / 2, title: position.title, isFamily: position.level === null,
      note: `${kindOf(position.place)} · ${shownTopics(everything.below({ states: [], pin: null }, position.place))}`, href: position.link,
    }) : box({ x, y: y - BOX.height / 2, title: model.about.label ?? model.about.id ?? "Namespace", note: shownTopics(everything.count(model.top)), href: "#/" }));
    return y;
  };
  place(hierarchy(from));
  return [
    heading("Hierarchy", levels.length ? from.title : "Site map"),
    levels.length ? h("p", {}, link("#/map", "Whole model"), " · ", link(from.link, "Page of ", code(from.template))) : null,
    drawing("Equipment of the model", 24 + (deepest + 1) * (BOX.width + BOX.across) - BOX.across, 16 + row * (BOX.height + BOX.down), ...shapes),
    nothing("A box with a second edge is a family. Choose “more” to draw what is below there."),
  ];
}

// From MQTT to Kafka and on to who reads it

/** The first Kafka topics of the model, families as one, each with a topic that goes there. */
function kafkaTopics() {
  const found = new Map();
  let looked = 0;
  for (const topic of new Search([]).positions()) {
    const address = kafkaAddress(topic);
    if (!address.problem && !found.has(address.pattern)) {
      if (found.size === MOST_ROWS) return { rows: [...found.values()], isAll: false };
      found.set(address.pattern, { address, place: topic.path[placeDepth(topic.path) - 1] });
    }
    if (++looked === MOST_LOOKED_AT) return { rows: [...found.values()], isAll: false };
  }
  return { rows: [...found.values()], isAll: true };
}

function flowPage() {
  const { rows, isAll } = kafkaTopics();
  const reached = (client, verb, place) => client[verb].some((filter) => (
    new Search([term(`filter:${filter}`), KafkaTerm.named(place)]).count(model.top).templates > 0
  ));
  const drawn = rows.map(({ address, place }) => ({
    topic: { title: place.names.slice(-2).join("/"), note: "MQTT topics", href: place.link, isFamily: place.varying.length > 0 },
    address,
    writers: model.clients.filter((client) => reached(client, "publish", place)),
    readers: model.clients.filter((client) => reached(client, "subscribe", place)),
  }));
  return [
    heading("Flow", "From MQTT to Kafka"),
    h("p", { class: "prose" }, "Each Kafka topic holds what is published below one place of the tree; messages are keyed by their MQTT topic."),
    drawn.length ? flow("From MQTT to Kafka and to who reads it", drawn) : nothing("Nothing of the model goes to Kafka."),
    isAll ? null : nothing(`The first ${grouped(rows.length)} Kafka topics are drawn.`),
    model.clients.length ? null : nothing("The model declares no clients, so nobody is seen to publish or subscribe."),
  ];
}

/** The same for one topic. */
function topicFlow(position) {
  const row = {
    topic: { title: position.names.slice(-2).join("/"), note: kindOf(position.place), isFamily: position.varying.length > 0 },
    address: kafkaAddress(position),
    writers: users(position, "publish").map(({ client }) => client),
    readers: users(position, "subscribe").map(({ client }) => client),
  };
  return row.writers.length + row.readers.length ? flow("Where the messages go", [row]) : null;
}

function flow(label, rows) {
  const hasClients = rows.some(({ writers, readers }) => writers.length + readers.length);
  const titles = hasClients ? ["Publish", "MQTT", "Kafka", "Subscribe"] : ["MQTT", "Kafka"];
  const x = Object.fromEntries(titles.map((title, index) => [title, 8 + index * (BOX.width + BOX.across)]));
  const y = (index) => 44 + index * (BOX.height + BOX.down);
  const middle = (index) => y(index) + BOX.height / 2;
  const [edges, boxes] = [[], titles.map((title) => svg("text", { x: x[title], y: 26, class: "column" }, title))];
  const clients = (title, of) => {
    const found = [...new Set(rows.flatMap(of))];
    const shown = found.slice(0, MOST_ROWS);
    shown.forEach((client, index) => boxes.push(box({ x: x[title], y: y(index), title: client.label ?? client.name, note: client.owner, href: `#/client/${encodeURIComponent(client.name)}`, kind: "client" })));
    if (found.length > shown.length) boxes.push(box({ x: x[title], y: y(shown.length), title: `${grouped(found.length - shown.length)} more`, href: "#/clients", kind: "rest" }));
    return shown;
  };
  const [writing, reading] = hasClients ? [clients("Publish", (row) => row.writers), clients("Subscribe", (row) => row.readers)] : [[], []];
  rows.forEach(({ topic, address, writers, readers }, index) => {
    boxes.push(box({ x: x.MQTT, y: y(index), ...topic }), box({
      x: x.Kafka, y: y(index), kind: "kafka", title: address.pattern ? tail(address.pattern, 23) : "not in Kafka",
      note: address.problem ?? plural(address.partitions, "partition"), isFamily: !address.problem && address.topics !== 1n,
    }));
    edges.push(edge(x.MQTT + BOX.width, middle(index), x.Kafka, middle(index)));
    writing.forEach((client, row) => {
      if (writers.includes(client)) edges.push(edge(x.Publish + BOX.width, middle(row), x.MQTT, middle(index)));
    });
    reading.forEach((client, row) => {
      if (readers.includes(client)) edges.push(edge(x.Kafka + BOX.width, middle(index), x.Subscribe, middle(row)));
    });
  });
  const most = Math.max(rows.length, writing.length + 1, reading.length + 1, 1);
  return drawing(label, x[titles.at(-1)] + BOX.width + 16, y(most), ...edges, ...boxes);
}
