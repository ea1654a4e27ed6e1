// --- Diagrams: drawn with SVG elements, bounded however large the model is ----------------------------

const MAP_BOX = { width: 184, height: 54, across: 32, down: 10 };
const FLOW_BOX = { width: 236, height: 54, across: 62, down: 10 };

/** The same where there are four columns. */
const NARROW_FLOW_BOX = { ...FLOW_BOX, width: 200, across: 46 };
const MOST_BOXES = 60;
const MOST_ROWS = 14;
const MOST_LOOKED_AT = 20_000;

/** How small a drawing may become before it scrolls instead. */
const LEAST_SCALE = 0.82;

const TITLE = { size: 12.5, weight: 600 };
const NOTE = { size: 11.5, weight: 400 };

/** How wide a text is drawn, in units of a drawing. */
function widthOf(text, { size, weight }) {
  widthOf.pen ??= document.createElement("canvas").getContext("2d");
  widthOf.pen.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
  return widthOf.pen.measureText(text).width;
}

/** The longest beginning of `characters` that is no wider than a width. */
function fitting(characters, width, font) {
  let [fits, most] = [0, Math.min(characters.length, 200)];
  while (fits < most) {
    const middle = Math.ceil((fits + most) / 2);
    if (widthOf(characters.slice(0, middle).join(""), font) <= width) fits = middle;
    else most = middle - 1;
  }
  return fits;
}

/** A text on one line, with its end left out where it is too wide. */
function clipped(text, width, font) {
  const characters = [...text];
  const fits = fitting(characters, width, font);
  return fits === characters.length ? text : `${characters.slice(0, Math.max(1, fits - 2)).join("")}…`;
}

/** A text on two lines, with its middle left out where that is too little: names differ in their ends. */
function twoLines(text, width, font) {
  const characters = [...text];
  const fits = fitting(characters, width, font);
  if (fits === characters.length) return [text];
  const joint = Math.max(...["/", ".", " ", "_", "-"].map((mark) => characters.lastIndexOf(mark, fits - 1)));
  const cut = joint > fits / 3 ? joint + 1 : fits;
  const rest = characters.slice(cut);
  if (fitting(rest, width, font) === rest.length) return [characters.slice(0, cut).join(""), rest.join("")];
  const end = fitting([...rest].reverse(), width, font);
  return [characters.slice(0, fits).join(""), `…${rest.slice(2 - end).join("")}`];
}

function box(size, { x, y, title, note, href, kind = "", isFamily = false }) {
  const frame = (offset) => svg("rect", { x: x + offset, y: y + offset, width: size.width, height: size.height, rx: 6 });
  const lines = twoLines(title, size.width - 24, TITLE);
  const first = y + (size.height - 15 * (lines.length + (note ? 1 : 0))) / 2 + 11.5;
  const shape = svg("g", { class: `box ${kind}` }, isFamily ? frame(4) : null, frame(0),
    svg("title", {}, note ? `${title}, ${note}` : title),
    ...lines.map((line, index) => svg("text", { x: x + 12, y: first + 15 * index, class: "box-title" }, line)),
    note ? svg("text", { x: x + 12, y: first + 15 * lines.length, class: "box-note" }, clipped(note, size.width - 24, NOTE)) : null);
  return href ? svg("a", { href: withQuery(href) }, shape) : shape;
}

function edge(x1, y1, x2, y2, kind = "") {
  const middle = (x1 + x2) / 2;
  return svg("path", { class: `edge ${kind}`, d: `M${x1},${y1} C${middle},${y1} ${middle},${y2} ${x2},${y2}` });
}

/** A drawing as wide as there is room, but no smaller than can be read, and no larger than it is. */
function drawing(label, width, height, ...shapes) {
  const drawn = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": label }, ...shapes);
  drawn.style.minWidth = `${Math.round(width * LEAST_SCALE)}px`;
  const shown = scrolling(label, "drawing", drawn);
  // What it takes at its full size, with padding and border.
  shown.style.maxWidth = `${width + 18}px`;
  return shown;
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

/** The nearest equipment below, past levels that are not equipment. */
function equipmentBelow(position) {
  return (membersOf(position)?.places ?? []).flatMap((place) => {
    const below = new Position(position, place);
    return place.type ? [below] : place.kind === "root" ? equipmentBelow(below) : [];
  });
}

/** The equipment above everything else: from the top down to the first branch. */
function loneBranch() {
  let position = null;
  for (let below = equipmentBelow(null); below.length === 1; below = equipmentBelow(position)) [position] = below;
  return position;
}

function mapPage(levels) {
  const from = levels.length ? positionAt(levels) : loneBranch();
  if (levels.length && !from) return missingPage(levels.join("/"));
  const size = MAP_BOX;
  const shapes = [];
  let hasMore = false;
  const everything = new Search([]);
  let row = 0;
  let deepest = 0;
  const place = (node) => {
    const x = 8 + node.depth * (size.width + size.across);
    deepest = Math.max(deepest, node.depth);
    const lines = [];
    const first = row;
    node.below.forEach((child) => lines.push(place(child)));
    if (node.more) {
      hasMore = true;
      lines.push(8 + row * (size.height + size.down) + size.height / 2);
      deepest = Math.max(deepest, node.depth + 1);
      shapes.push(box(size, { x: x + size.width + size.across, y: 8 + row * (size.height + size.down), title: `${grouped(node.more)} more`, kind: "rest",
        href: node.position ? node.position.link.replace("#/at/", "#/map/") : "#/" }));
      row++;
    }
    if (row === first) row++;
    const y = lines.length ? (lines[0] + lines.at(-1)) / 2 : 8 + first * (size.height + size.down) + size.height / 2;
    const { position } = node;
    for (const line of lines) shapes.unshift(edge(x + size.width, y, x + size.width + size.across, line));
    shapes.push(position ? box(size, {
      x, y: y - size.height / 2, title: position.title, isFamily: position.level === null,
      note: [kindOf(position.place), `${shownTopics(everything.below({ states: [], pin: null }, position.place))}${isOneOfMany(position) ? " each" : ""}`, position.place.open ? "open" : null].filter(Boolean).join(" · "), kind: position.place.open ? "open" : "", href: position.link,
    }) : box(size, { x, y: y - size.height / 2, title: model.about.label ?? model.about.id ?? "Namespace", note: shownTopics(everything.count(model.top)), href: "#/" }));
    return y;
  };
  place(hierarchy(from));
  return [
    heading("Hierarchy", levels.length ? from.title : "Site map"),
    levels.length ? h("p", {}, link("#/map", "Whole model"), " · ", link(from.link, "Page of ", code(from.template))) : null,
    drawing("Equipment of the model", 24 + (deepest + 1) * (size.width + size.across) - size.across, 16 + row * (size.height + size.down), ...shapes),
    nothing(["A box with a double edge is a family; “each” is the number of topics of one member.",
      hasMore ? "Choose “more” to draw the equipment below it." : null,
      shapes.some((shape) => shape.querySelector(".open")) ? "A box with a dashed edge is open: anything may be published below it." : null].filter(Boolean).join(" ")),
  ];
}

// From MQTT publishers to MQTT subscribers, and to Kafka

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
    place,
    topic: { title: place.names.slice(-2).join("/"), note: "MQTT topics", href: place.link, isFamily: place.varying.length > 0 },
    address,
    writers: model.clients.filter((client) => reached(client, "publish", place)),
    readers: model.clients.filter((client) => reached(client, "subscribe", place)),
  }));
  return [
    heading("Flow", "MQTT, its clients, and Kafka"),
    h("p", { class: "prose" }, "Clients publish and subscribe over MQTT. Each Kafka topic holds what is published below one place of the tree; messages are keyed by their MQTT topic.",
      model.clients.some(({ via }) => via === "kafka") ? "" : " The model does not say who reads from Kafka."),
    kafkaNote(),
    drawn.length ? flow("From MQTT to subscribers and to Kafka", drawn) : nothing("No topic of the model goes to Kafka."),
    isAll ? null : nothing(`The first ${grouped(rows.length)} Kafka topics are drawn.`),
    model.clients.length ? null : nothing("The model declares no clients, so publishers and subscribers are not shown."),
    brokersOverview(),
    drawn.length ? section("The same as a table", table("Flow", ["MQTT topics", "Published by", "Read by", "Kafka topic"], drawn.map(({ place, address, writers, readers }) => [
      [topicLink(place)], ...[writers, readers].map((clients) => listed(clients.map((client) => (
        h("span", {}, clientLink(client.name), client.via === "kafka" ? " over Kafka" : ""))))),
      [address.pattern ? code(address.pattern) : "not in Kafka"],
    ]))) : null,
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

/** Publishers are on the left; Kafka is on the right, its clients beside it, and the MQTT subscribers below it. */
function flow(label, rows) {
  const over = (via, found) => [...new Set(found)].filter((client) => client.via === via);
  const writing = over("mqtt", rows.flatMap(({ writers }) => writers));
  const reading = over("mqtt", rows.flatMap(({ readers }) => readers));
  const inKafka = over("kafka", rows.flatMap(({ writers, readers, address }) => (address.problem ? [] : [...writers, ...readers])));
  const size = inKafka.length ? NARROW_FLOW_BOX : FLOW_BOX;
  const titles = [writing.length ? "Publish" : null, "MQTT", "Kafka", inKafka.length ? "Clients" : null].filter(Boolean);
  const x = Object.fromEntries(titles.map((title, index) => [title, 8 + index * (size.width + size.across)]));
  const y = (index) => 36 + index * (size.height + size.down);
  const middle = (index) => y(index) + size.height / 2;
  const heads = (title, at, top) => svg("text", { x: at, y: top, class: "column" }, title);
  const edges = [];
  const boxes = [heads("MQTT topics", x.MQTT, 22), heads("Kafka topics", x.Kafka, 22)];
  const clients = (found, at, from) => {
    const shown = found.slice(0, MOST_ROWS);
    shown.forEach((client, index) => boxes.push(box(size, { x: at, y: y(from + index), title: client.label ?? client.name, note: client.owner, href: `#/client/${encodeURIComponent(client.name)}`, kind: "client" })));
    const left = found.length - shown.length;
    if (left) boxes.push(box(size, { x: at, y: y(from + shown.length), title: `${grouped(left)} more`, href: "#/clients", kind: "rest" }));
    return shown.length + (left ? 1 : 0);
  };
  let deepest = rows.length;
  if (writing.length) {
    boxes.push(heads("Publish over MQTT", x.Publish, 22));
    deepest = Math.max(deepest, clients(writing, x.Publish, 0));
  }
  // Half a row for the words above.
  const below = rows.length + 0.5;
  if (reading.length) {
    boxes.push(heads("Subscribe over MQTT", x.Kafka, y(below) - 12));
    deepest = Math.max(deepest, below + clients(reading, x.Kafka, below));
  }
  if (inKafka.length) {
    boxes.push(heads("Kafka clients", x.Clients, 22));
    deepest = Math.max(deepest, clients(inKafka, x.Clients, 0));
  }
  rows.forEach(({ topic, address, writers, readers }, index) => {
    boxes.push(box(size, { x: x.MQTT, y: y(index), ...topic }), box(size, {
      x: x.Kafka, y: y(index), kind: "kafka", title: address.pattern ?? "not in Kafka",
      note: address.problem ?? plural(address.partitions, "partition"), isFamily: !address.problem && address.topics !== 1n,
    }));
    edges.push(edge(x.MQTT + size.width, middle(index), x.Kafka, middle(index)));
    writing.slice(0, MOST_ROWS).forEach((client, row) => {
      if (writers.includes(client)) edges.push(edge(x.Publish + size.width, middle(row), x.MQTT, middle(index)));
    });
    reading.slice(0, MOST_ROWS).forEach((client, row) => {
      if (readers.includes(client)) edges.push(edge(x.MQTT + size.width, middle(index), x.Kafka, middle(below + row)));
    });
    inKafka.slice(0, MOST_ROWS).forEach((client, row) => {
      const isUsed = readers.includes(client) || writers.includes(client);
      if (isUsed && !address.problem) edges.push(edge(x.Kafka + size.width, middle(index), x.Clients, middle(row)));
    });
  });
  return drawing(label, (x.Clients ?? x.Kafka) + size.width + 16, y(deepest), ...edges, ...boxes);
}
