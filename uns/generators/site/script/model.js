// --- The model: from the compressed tables in the page to places ----------------------------------

/** The text of gzip data in base64. */
async function unpacked(base64) {
  const bytes = Uint8Array.from(atob(base64.trim()), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

/** A column of few different values: code 0 is the next new one, code k value number k - 1. */
function column({ values, codes }, make = (value) => value) {
  const made = values.map(make);
  let fresh = 0;
  return codes.map((code) => (code === 0 ? made[fresh++] : made[code - 1]));
}

/** The places directly below a place; shared by all places of a class. */
class Members {
  constructor(id) {
    this.id = id;
    this.places = [];
    this.literals = new Map();
    this.families = [];
  }

  add(place) {
    this.places.push(place);
    if (place.segment.literal === null) this.families.push(place);
    else this.literals.set(place.segment.literal, place);
  }

  /** The member that stands for a topic level; `first` says that it starts the topic. */
  find(level, first = false) {
    const place = this.literals.get(level);
    if (place || (first && level.startsWith("$"))) return place ?? null;
    return this.families.find((family) => family.segment.match(level) !== null) ?? null;
  }

  /** The member with this text in the model. */
  written(text) {
    return this.places.find((place) => place.segment.text === text) ?? null;
  }
}

/** How many topics: a number, and whether there are more below sets without end. */
const NO_TOPICS = { templates: 0, topics: 0n, open: false };

function shownCount({ topics, open }) {
  return open ? (topics ? `${grouped(topics)}+` : "∞") : grouped(topics);
}

/** Topics in words. */
function shownTopics(count) {
  return `${shownCount(count)} ${count.topics === 1n && !count.open ? "topic" : "topics"}`;
}

function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

function lower(...texts) {
  return texts.filter(Boolean).join("\n").toLowerCase();
}

/** The tables of the page as objects that know each other. */
function read(tables) {
  const { endpoints, notes, places } = tables;
  const contracts = tables.contracts.map((each) => ({
    ...each, payload: tables.payloads[each.payload], metric: readValue(each.metric),
    units: new Set([each.metric?.[1], ...each.fields.map((row) => row[2])].filter(Boolean).map((unit) => unit.toLowerCase())),
  }));
  const noted = column(notes.label).map((label, index) => ({ label, index }));
  for (const name of ["description", "owner", "more"]) {
    column(notes[name]).forEach((value, index) => { noted[index][name] = value; });
  }
  for (const note of noted) {
    note.lower = lower(note.label, note.description, note.more?.asset, note.more?.source_id);
  }
  const classes = new Map(tables.classes.map((each) => [each.name, each]));
  for (const each of classes.values()) {
    each.notes = noted[each.notes];
    for (const topic of [...each.topics, ...each.parts.flatMap(({ topics }) => topics)]) topic.contract = contracts[topic.contract];
  }
  const types = tables.types.map(([level, names, note, required]) => ({
    level: tables.levels[level],
    classes: names.map((name) => classes.get(name)),
    every: new Set(names.flatMap((name) => [name, ...classes.get(name).ancestors])),
    notes: noted[note],
    required,
  }));
  const columns = Object.fromEntries(
    Object.keys(endpoints).map((name) => [name, column(endpoints[name])]),
  );
  const carried = columns.contract.map((contract, index) => ({
    contract: contracts[contract],
    kind: columns.kind[index],
    retain: columns.retain[index],
    qos: columns.qos[index],
    pace: columns.pace[index],
    aspect: columns.aspect[index],
    required: columns.required[index],
    declaredBy: columns.declared_by[index],
    lower: lower(contracts[contract].payload.name, contracts[contract].metric?.unit),
  }));
  const groups = readPlaces(places, tables.members, { types, carried, noted });
  const used = new Set(carried.map(({ contract }) => contract.payload));
  return { ...tables, contracts, classes, types, used, top: groups[0] };
}

function readValue(value) {
  return value && { type: value[0], unit: value[1], limits: value[2] };
}

function readPlaces(places, sizes, { types, carried, noted }) {
  const segment = column(places.segment, (written) => new Segment(written));
  const kind = column(places.kind);
  const type = column(places.type);
  const endpoint = column(places.endpoint);
  const note = column(places.notes);
  const open = column(places.open);
  const file = column(places.file);
  const groups = sizes.map((_, id) => new Members(id));
  let index = 0;
  let next = 1;
  let line = 0;
  sizes.forEach((size, id) => {
    for (let count = 0; count < size; count++, index++) {
      const code = places.members[index];
      line += places.line[index];
      groups[id].add({
        segment: segment[index],
        kind: kind[index],
        type: type[index] === null ? null : types[type[index]],
        endpoint: endpoint[index] === null ? null : carried[endpoint[index]],
        notes: noted[note[index]],
        open: open[index],
        file: file[index],
        line,
        members: code < 0 ? null : groups[code === 0 ? next++ : code - 1],
      });
    }
  });
  return groups;
}

// --- Positions: a place and the way down to it -----------------------------------------------------

/** One position of the tree; `level` pins a family to one topic level. */
class Position {
  constructor(parent, place, level = place.segment.literal) {
    this.parent = parent;
    this.place = place;
    this.level = level;
    this.depth = parent ? parent.depth + 1 : 1;
  }

  get path() {
    const path = new Array(this.depth);
    for (let at = this; at; at = at.parent) path[at.depth - 1] = at;
    return path;
  }

  /** The level as written: a family by its segment, where it is not pinned. */
  get name() {
    return this.level === null || this.level === this.place.segment.literal
      ? this.place.segment.text : this.level;
  }

  get names() { return this.path.map((at) => at.name); }
  get template() { return this.names.join("/"); }
  get filter() { return this.path.map((at) => at.level ?? "+").join("/"); }
  /** Its levels, the first or simplest one of each family; a family may stand for none at all. */
  get levels() { return this.path.map((at) => at.level ?? at.place.segment.example ?? at.name); }
  get example() { return this.levels.join("/"); }
  get varying() { return this.path.filter((at) => at.level === null); }

  get count() {
    return this.path.reduce(
      (total, at) => times(total, at.level === null ? at.place.segment.count : 1n), 1n,
    );
  }

  /** Its label, or its level. */
  get title() { return this.place.notes.label ?? (this.name || "(empty level)"); }

  get description() {
    return this.place.notes.description ?? this.place.type?.notes.description ?? null;
  }

  get owner() {
    for (let at = this; at; at = at.parent) {
      const owner = at.place.notes.owner ?? at.place.type?.notes.owner;
      if (owner) return owner;
    }
    return model.about.owner;
  }

  /** The deprecation of the position, or of the nearest deprecated one above. */
  get deprecated() {
    for (let at = this; at; at = at.parent) {
      const found = deprecation(at.place);
      if (found) return found;
    }
    return null;
  }

  /** File and line of the declaration, or of the nearest one above for what comes by itself. */
  get source() {
    let at = this;
    while (at && at.place.file === null) at = at.parent;
    return at && `${at.place.file}:${at.place.line}`;
  }

  get equipment() {
    let at = this;
    while (at && !at.place.type) at = at.parent;
    return at;
  }

  get link() { return `#/at/${this.names.map(encodeURIComponent).join("/")}`; }
}

function deprecation(place) {
  return place.notes.more?.deprecated ?? place.type?.notes.more?.deprecated ?? null;
}

function times(left, right) {
  return left === null || right === null ? null : left * right;
}

function membersOf(position) {
  return position ? position.place.members : model.top;
}

/** The position with these levels in the model, or the one of this topic; null without one. */
function positionAt(levels) {
  let position = null;
  for (const level of levels) {
    const members = membersOf(position);
    if (!members) return null;
    const written = members.written(level);
    const place = written ?? members.find(level, position === null);
    if (!place) return null;
    position = written ? new Position(position, written) : new Position(position, place, level);
  }
  return position;
}
