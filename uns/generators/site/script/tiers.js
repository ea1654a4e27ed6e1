// --- Brokers: where topics have their home, and what the brokers send to each other --------------------

/** The broker above all others. */
function rootBroker() { return model.brokers.find(({ upstream }) => upstream === null); }

/** The brokers from one to the root, both included. */
function upwards(name) {
  const found = [];
  for (let at = name; at !== null; at = model.brokers.find((broker) => broker.name === at).upstream) found.push(at);
  return found;
}

/** The brokers from one to another, both included. */
function brokerPath(from, to) {
  const up = upwards(from);
  const down = upwards(to);
  while (up.length > 1 && down.length > 1 && up.at(-2) === down.at(-2)) {
    up.pop();
    down.pop();
  }
  return [...up, ...down.slice(0, -1).reverse()];
}

/** How many topics of a position a filter matches; null is without end. */
function matched(filter, position) {
  const search = new Search([term(`filter:${filter}`)]);
  if (reach(filter, position) === "none") return 0n;
  let state = search.start;
  let found = 1n;
  for (const [index, { place, level }] of position.path.entries()) {
    const next = search.step(state, place, index === 0);
    found = times(found, level === null && next.pin === null ? place.segment.count : 1n);
    state = next.states;
  }
  return found;
}

/** The brokers where the topics of a position have their home: one, unless filters divide a family. */
function homesOf(position) {
  const homes = [];
  let left = position.count;
  for (const { name, holds } of model.brokers) {
    const counts = holds.map((filter) => matched(filter, position));
    if (counts.every((count) => count === 0n)) continue;
    homes.push(name);
    if (counts.includes(null)) left = 0n;
    else if (left !== null) left -= counts.reduce((total, count) => total + count, 0n);
  }
  const root = rootBroker().name;
  const isAtRoot = !homes.includes(root) && (left === null || left > 0n);
  return model.brokers.map(({ name }) => name).filter((name) => homes.includes(name) || (isAtRoot && name === root));
}

/** The brokers of the clients that publish or read a position. */
function brokersOf(position, verb) {
  return [...new Set(users(position, verb).map(({ client }) => client.broker).filter((name) => name !== null))];
}

/** The brokers that see any topic of a position. */
function seenBy(position) {
  const homes = homesOf(position);
  const ways = homes.flatMap((home) => [
    ...brokersOf(position, "publish").map((name) => brokerPath(name, home)),
    ...brokersOf(position, "subscribe").map((name) => brokerPath(home, name)),
  ]);
  const seen = new Set([...homes, ...ways.flat()]);
  return model.brokers.map(({ name }) => name).filter((name) => seen.has(name));
}

/** What a client connects to. */
function connection(client) {
  if (client.via === "kafka") return "Kafka";
  return client.broker === null ? "MQTT" : `broker ${client.broker}`;
}

/** Where a topic has its home, and which brokers see it. */
function brokersSection(position) {
  if (!model.brokers.length) return null;
  const homes = homesOf(position);
  return section("Brokers", facts(
    [homes.length === 1 ? "Home" : "Homes of some of them each", homes.join(", ")],
    ["Published at", brokersOf(position, "publish").join(", ") || null],
    ["Read at", brokersOf(position, "subscribe").join(", ") || null],
    ["Seen by", seenBy(position).join(", ")],
  ));
}

/** The tree of brokers, the root on the left. */
function brokerTree() {
  const size = MAP_BOX;
  const shapes = [];
  let row = 0;
  let deepest = 0;
  let drawn = 0;
  const place = (broker, depth) => {
    drawn++;
    deepest = Math.max(deepest, depth);
    const x = 8 + depth * (size.width + size.across);
    const first = row;
    const below = model.brokers.filter(({ upstream }) => upstream === broker.name).slice(0, Math.max(0, MOST_BOXES - drawn));
    const lines = below.map((each) => place(each, depth + 1));
    if (row === first) row++;
    const y = lines.length ? (lines[0] + lines.at(-1)) / 2 : 8 + first * (size.height + size.down) + size.height / 2;
    for (const line of lines) shapes.unshift(edge(x + size.width, y, x + size.width + size.across, line));
    shapes.push(box(size, { x, y: y - size.height / 2, title: broker.name, note: plural(broker.clients.length, "client") }));
    return y;
  };
  place(rootBroker(), 0);
  return [
    drawing("Brokers of the model", 24 + (deepest + 1) * (size.width + size.across) - size.across, 16 + row * (size.height + size.down), ...shapes),
    drawn < model.brokers.length ? nothing(`${grouped(drawn)} of ${plural(model.brokers.length, "broker")} are drawn.`) : null,
  ];
}

/** The brokers on the page of the flow. */
function brokersOverview() {
  if (!model.brokers.length) return null;
  const filters = (found) => listed(found.map((each) => code(each)));
  return section("Brokers", ...brokerTree(), table("Brokers", ["Broker", "Upstream", "Holds", "Sends up", "Gets from above", "Clients", "What it is"], model.brokers.map(
    ({ name, upstream, holds, up, down, clients, description }) => [
      name, upstream ?? "the root", filters(holds), filters(up), filters(down), listed(clients.map(clientLink)), description ?? "",
    ])), nothing("Topics that no broker holds have their home at the root."));
}
