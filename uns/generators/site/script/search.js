// --- Search: every term is a small automaton that walks down the shared tree -----------------------
//
// A term reads one level after the other and tells at the end whether the topic matches. Results
// below shared members are cached by the states of the terms, so the cost of a search depends on
// the size of the model file, and a family is never listed.

const HIT = -1;
const DEAD = -2;

/** One step in finding `pieces` in successive levels: bit i says that the first i were found. */
function fragment(pieces, state, level, segment, written) {
  if (state === HIT) return HIT;
  const last = pieces.length - 1;
  const is = (index) => segment.literal === null && segment.match(written[index]) !== null;
  if (last === 0) return level.includes(pieces[0]) || is(0) ? HIT : 0;
  if (state & (1 << last) && (level.startsWith(pieces[last]) || is(last))) return HIT;
  let next = level.endsWith(pieces[0]) || is(0) ? 2 : 0;
  for (let index = 1; index < last; index++) {
    if (state & (1 << index) && (level === pieces[index] || is(index))) next |= 1 << (index + 1);
  }
  return next;
}

/** Text in the topic, in its label, description or unit, or in the name of its payload. */
class TextTerm {
  constructor(word) {
    this.written = word.split("/").slice(0, 30);
    this.word = word.toLowerCase();
    this.pieces = this.word.split("/").slice(0, 30);
    this.start = 0;
  }

  step(state, place) {
    if (state === HIT || place.notes.lower.includes(this.word)) return HIT;
    if (place.endpoint?.lower.includes(this.word)) return HIT;
    return fragment(this.pieces, state, place.segment.lower, place.segment, this.written);
  }

  accepts(state) { return state === HIT; }
}

/** An MQTT topic filter, exactly [MQTT-4.7]; the state is the filter level that took the last one. */
class FilterTerm {
  constructor(text) {
    this.levels = text.split("/");
    this.start = -1;
  }

  step(state, place, isFirst) {
    const index = state >= 0 && this.levels[state] === "#" ? state : state + 1;
    if (index >= this.levels.length) return DEAD;
    const wanted = this.levels[index];
    if (wanted === "+" || wanted === "#") {
      return isFirst && place.segment.text.startsWith("$") ? DEAD : index;
    }
    if (place.segment.literal !== null) return place.segment.literal === wanted ? index : DEAD;
    if (isFirst && wanted.startsWith("$")) return DEAD;
    return place.segment.match(wanted) === null ? DEAD : index;
  }

  /** The one level of a family that is meant, if it is one. */
  pin(state) {
    const level = this.levels[state];
    return level === "+" || level === "#" ? null : level;
  }

  accepts(state) {
    const last = this.levels.length - 1;
    return state === last || (state === last - 1 && this.levels[last] === "#");
  }
}

/** The topics that any of several filters takes; of a family all of it. */
class AnyFilterTerm {
  constructor(filters) {
    this.terms = filters.map((filter) => term(`filter:${filter}`));
    this.known = [];
    this.numbers = new Map();
    this.start = this.number(this.terms.map((each) => each.start));
  }

  number(states) {
    const key = states.join();
    if (!this.numbers.has(key)) this.numbers.set(key, this.known.push(states) - 1);
    return this.numbers.get(key);
  }

  step(state, place, isFirst) {
    const next = this.known[state].map((each, index) => (
      each === DEAD ? DEAD : this.terms[index].step(each, place, isFirst)
    ));
    return next.every((each) => each === DEAD) ? DEAD : this.number(next);
  }

  accepts(state) {
    return this.known[state].some((each, index) => each !== DEAD && this.terms[index].accepts(each));
  }
}

/** An inherited fact: the nearest place that declares it decides. */
class NearestTerm {
  constructor(start, says) {
    this.start = start;
    this.says = says;
  }

  step(state, place) { return this.says(place) ?? state; }
  accepts(state) { return state; }
}

/** A fact of the topic itself. */
class OwnTerm {
  constructor(says) {
    this.start = 0;
    this.says = says;
  }

  step() { return 0; }
  accepts(_, place) { return this.says(place); }
}

/** What is asked of the levels that name the Kafka topic, which is known where the topic ends. */
class KafkaTerm {
  /** `found` is what was found before the first level, `extend` adds a level, `isHit` judges. */
  constructor(found, extend, isHit) {
    this.split = model.kafka.split;
    this.isByLevel = typeof this.split === "object";
    this.extend = extend;
    this.isHit = isHit;
    this.known = [];
    this.numbers = new Map();
    this.start = this.number({ depth: -model.root, found, before: found, cut: found, isCut: true, isOwn: false, rank: 0 });
  }

  /**
   * The number of what is known after some levels: how many there are below the root; what was
   * found in them, without the last one, and where the name may end; whether it may end here;
   * whether the level of the split was met; the rank of the equipment.
   */
  number(said) {
    const key = Object.values(said).join();
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.known.push({ ...said, beyond: null }) - 1;
      this.numbers.set(key, number);
    }
    return number;
  }

  /** A text in the name, which may hold the dots between its segments. */
  static text(text) {
    const written = text.split(".").slice(0, 30);
    const pieces = written.map((piece) => piece.toLowerCase());
    const fixed = { literal: "" };
    const prefix = model.kafka.prefix.split(".").reduce(
      (found, part) => fragment(pieces, found, part, fixed, written), 0,
    );
    const extend = (found, { segment }) => fragment(
      pieces, found, segment.literal === null ? segment.lower : encodeLevel(segment.literal).toLowerCase(), segment, written,
    );
    return new KafkaTerm(prefix, extend, (found) => found === HIT);
  }

  /** The very name that the levels of a position make. */
  static named(position) {
    const places = position.path.map(({ place }) => place);
    const extend = (found, place) => (
      found >= places.length ? found + 1 : places[found] === place ? found + 1 : DEAD
    );
    return new KafkaTerm(0, extend, (found) => found === places.length);
  }

  step(state, place) {
    const above = this.known[state];
    const depth = above.depth + 1;
    if (!this.isByLevel && depth > Math.max(1, this.split)) {
      above.beyond ??= this.number({ ...above, depth: Math.max(1, this.split) + 1, found: 0, before: 0, isCut: false, beyond: null });
      return above.beyond;
    }
    const found = this.extend(above.found, place);
    if (found === DEAD) return DEAD;
    let { isOwn, rank } = above;
    let isCut = depth <= Math.max(1, this.isByLevel ? 1 : this.split);
    if (this.isByLevel && place.type) {
      const { level } = place.type;
      rank = level.rank ?? rank;
      isCut ||= level.name === this.split.name || (!isOwn && rank <= this.split.rank);
      isOwn ||= level.name === this.split.name;
    }
    const near = this.isByLevel ? Math.min(depth, 2) : depth;
    return this.number({ depth: near, found, before: above.found, cut: isCut ? found : above.cut, isCut, isOwn, rank });
  }

  accepts(state) {
    const { depth, found, before, cut, isCut } = this.known[state];
    return this.isHit(depth <= 1 ? found : isCut ? before : cut);
  }
}

const FACETS = {
  owner: (value) => {
    const is = (owner) => owner.toLowerCase().includes(value);
    return new NearestTerm(is(model.about.owner ?? ""), (place) => {
      const owner = place.notes.owner ?? place.type?.notes.owner;
      return owner ? is(owner) : null;
    });
  },
  class: (value) => new NearestTerm(false, ({ type }) => (
    type ? [...type.every].some((name) => name.toLowerCase().startsWith(value)) : null
  )),
  level: (value) => new NearestTerm(false, ({ type }) => (
    type ? type.level.name.startsWith(value) : null
  )),
  payload: (value) => new OwnTerm(
    ({ endpoint }) => endpoint.lower.startsWith(value),
  ),
  unit: (value) => new OwnTerm(({ endpoint }) => endpoint.contract.units.has(value)),
  kind: (value) => new OwnTerm(({ endpoint }) => endpoint.kind.startsWith(value)),
  client: (value) => new AnyFilterTerm(model.clients
    .filter(({ name }) => name.toLowerCase().startsWith(value))
    .flatMap(({ publish, subscribe }) => [...publish, ...subscribe])),
  kafka: (value, written) => KafkaTerm.text(written),
  deprecated: (value) => {
    const wanted = !["no", "false"].includes(value);
    return new NearestTerm(!wanted, (place) => (deprecation(place) ? wanted : null));
  },
  filter: (value, written) => new FilterTerm(written),
};

/** The words of a query; quotes keep spaces. */
function words(query) {
  return [...query.matchAll(/(?:[^\s"]|"[^"]*"?)+/g)].map(([word]) => word.replaceAll('"', ""));
}

/** Words that look like facets but are not; they are searched for as text. */
function unknownFacets(query) {
  return words(query).map((word) => /^([A-Za-z]+):./su.exec(word)?.[1])
    .filter((name) => name !== undefined && !Object.hasOwn(FACETS, name));
}

function isFilter(word) {
  return word.split("/").some((level) => level === "+" || level === "#");
}

/** The term of one word, or an Error that says why there is none. */
function term(word) {
  const [, name, value] = /^([a-z]+):(.*)$/su.exec(word) ?? [];
  const isFacet = name !== undefined && Object.hasOwn(FACETS, name);
  if (isFacet && name !== "filter") return FACETS[name](value.toLowerCase(), value);
  const text = isFacet ? value : word;
  if (!isFacet && !isFilter(word)) return new TextTerm(word);
  const levels = text.split("/");
  const filter = levels[0] === "$share" && levels.length > 2 ? levels.slice(2) : levels;
  const hash = filter.indexOf("#");
  if (hash >= 0 && hash < filter.length - 1) {
    throw new Error(`${text}: # stands for all levels that follow, so it comes last`);
  }
  if (filter.some((level) => level.length > 1 && /[+#]/.test(level))) {
    throw new Error(`${text}: + and # take a whole level`);
  }
  return new FilterTerm(filter.join("/"));
}

class Search {
  /** All that `terms` mean together; `isMeant` says which places count at all. */
  constructor(terms, isMeant = (place) => place.endpoint !== null) {
    this.terms = terms;
    this.isMeant = isMeant;
    this.start = terms.map((each) => each.start);
    this.counts = new Map();
  }

  /** The search for a query, the same one while the query is the same; throws an Error with the reason. */
  static of(query) {
    if (Search.last?.query !== query) Search.last = { query, search: new Search(words(query).map(term)) };
    return Search.last.search;
  }

  get isEverything() { return this.terms.length === 0; }

  /** The states after one more place and the level it is pinned to; null when nothing is meant. */
  step(states, place, isFirst) {
    const next = new Array(states.length);
    let pin = null;
    for (let index = 0; index < states.length; index++) {
      const each = this.terms[index];
      const state = each.step(states[index], place, isFirst);
      if (state === DEAD) return null;
      next[index] = state;
      if (place.segment.literal === null && each.pin) {
        const level = each.pin(state);
        if (level !== null && pin !== null && level !== pin) return null;
        pin ??= level;
      }
    }
    return { states: next, pin };
  }

  takes(states, place) {
    if (!this.isMeant(place)) return false;
    for (let index = 0; index < states.length; index++) {
      if (!this.terms[index].accepts(states[index], place)) return false;
    }
    return true;
  }

  /** How much is meant among `members`. */
  count(members, states = this.start) {
    if (!members) return NO_TOPICS;
    const asked = `${members.id}|${states.join("|")}`;
    const known = this.counts.get(asked);
    if (known) return known;
    let templates = 0;
    let topics = 0n;
    let open = false;
    let leaves = 0;
    for (const place of members.places) {
      const next = this.step(states, place, members === model.top);
      if (next === null) continue;
      if (place.members === null && place.segment.literal !== null) {
        // Nearly all places: one topic each, and nothing to multiply.
        if (this.takes(next.states, place)) leaves++;
        continue;
      }
      const here = this.below(next, place);
      templates += here.templates;
      topics += here.topics;
      open ||= here.open;
    }
    const found = { templates: templates + leaves, topics: topics + BigInt(leaves), open };
    this.counts.set(asked, found);
    return found;
  }

  /** How much is meant at a place and below it, its family multiplied. */
  below({ states, pin }, place) {
    const inner = place.members ? this.count(place.members, states) : NO_TOPICS;
    const own = this.takes(states, place) ? 1 : 0;
    const templates = inner.templates + own;
    const size = place.segment.literal !== null || pin !== null ? 1n : place.segment.count;
    const topics = size === 0n || size === null ? 0n : size * (inner.topics + BigInt(own));
    return { templates, topics, open: inner.open || (size === null && templates > 0) };
  }

  /** The positions that are meant, one by one, in the order of the model. */
  * positions(members = model.top, states = this.start, parent = null) {
    for (const place of members.places) {
      const next = this.step(states, place, members === model.top);
      if (next === null) continue;
      const position = new Position(parent, place, next.pin ?? place.segment.literal);
      if (this.takes(next.states, place)) yield position;
      if (place.members && this.count(place.members, next.states).templates) {
        yield* this.positions(place.members, next.states, position);
      }
    }
  }

  /** What becomes of the terms along a path: the states, or null where something else is meant. */
  along(path) {
    let states = this.start;
    for (const [index, { place, level }] of path.entries()) {
      const next = this.step(states, place, index === 0);
      if (next === null) return null;
      // A pinned position is meant where the pin is the same; a family also where one of it is.
      if (next.pin !== null && level !== null && level !== place.segment.literal && next.pin !== level) {
        return null;
      }
      states = next.states;
    }
    return states;
  }
}

// --- Near misses: what filters with a level more or less match besides -----------------------------

const GONE = -3;

/** What a filter without # does not match as a whole, of what another filter of that kind matches. */
class ExceptTerm {
  constructor(text, other) {
    this.levels = text.split("/");
    this.other = other.split("/");
    this.start = -1;
  }

  step(state, place, isFirst) {
    const index = state + 1;
    if (state === GONE || index >= this.levels.length) return GONE;
    const wanted = this.levels[index];
    if (wanted === "+") return isFirst && place.segment.text.startsWith("$") ? GONE : index;
    // Of a family, the other filter may match only the level that both name.
    return place.segment.literal === wanted || this.other[index] === wanted ? index : GONE;
  }

  accepts(state) { return state !== this.levels.length - 1; }
}

/** The filters with one level less, or with one + more, before the last level; those with all names first. */
function neighbours(levels) {
  const last = levels.length - 1;
  const front = [...levels.keys()].slice(0, last);
  const shorter = (isWild) => front.filter((at) => (levels[at] === "+") === isWild).map((at) => [...levels.slice(0, at), ...levels.slice(at + 1)]);
  const longer = [...front, last].map((at) => [...levels.slice(0, at), "+", ...levels.slice(at)]);
  const texts = [...shorter(true), ...longer, ...shorter(false)].map((each) => each.join("/") || "+");
  return [...new Set(texts)].filter((text) => text !== levels.join("/") && !text.startsWith("$share/"));
}

const MOST_NEAR = 30;

/** For a query that is one filter: filters near it, each with a search for what it matches besides. */
function nearMisses(query) {
  const written = words(query);
  if (written.length !== 1 || !(isFilter(written[0]) || written[0].startsWith("filter:"))) return [];
  const { levels } = term(written[0]);
  if (levels.at(-1) === "#" || levels.length > MOST_NEAR) return [];
  const before = [levels.join("/")];
  return neighbours(levels).flatMap((filter) => {
    const search = new Search([new FilterTerm(filter), ...before.map((each) => new ExceptTerm(each, filter))]);
    before.push(filter);
    return search.count(model.top).templates ? [{ filter, search }] : [];
  });
}

// --- Open positions: other topics below them are legal but not modelled ----------------------------

const OPEN_MEANS = "Open: any topic may be published below. Such topics are legal but not modelled.";
const MOST_OPEN = 5;

/** The nearest open position above a topic; null without one. */
function openAbove(levels) {
  let found = null;
  let position = null;
  for (const [index, level] of levels.entries()) {
    const members = membersOf(position);
    const place = members && (members.written(level) ?? members.find(level, index === 0));
    if (!place) break;
    position = new Position(position, place, members.written(level) ? place.segment.literal : level);
    if (place.open && index < levels.length - 1) found = position;
  }
  return found;
}

/** The first open positions below which topics of a filter are. */
function openReached(filter) {
  const last = filter.levels.length - 1;
  const found = [];
  const fruitless = new Set();
  const look = (members, state, parent) => {
    const asked = `${members.id}|${state}`;
    if (fruitless.has(asked)) return;
    const before = found.length;
    for (const place of members.places) {
      const next = filter.step(state, place, parent === null);
      if (next === DEAD) continue;
      const position = new Position(parent, place, place.segment.literal ?? filter.pin(next));
      if (place.open && (next < last || filter.levels[next] === "#")) found.push(position);
      else if (place.members) look(place.members, next, position);
      if (found.length >= MOST_OPEN) return;
    }
    if (found.length === before) fruitless.add(asked);
  };
  look(model.top, filter.start, null);
  return found;
}

/** The open positions that the filters and topics of a query reach into. */
function openOfQuery(query) {
  const written = words(query).filter((word) => word.includes("/") || word.startsWith("filter:"));
  const filters = written.map((word) => term(word.startsWith("filter:") || isFilter(word) ? word : `filter:${word}`));
  return filters.filter((each) => each instanceof FilterTerm).flatMap(openReached).slice(0, MOST_OPEN);
}

/** Whether a client's filter takes some topic at a position or below it. */
function reachesBelow(filter, position) {
  const search = new Search([term(`filter:${filter}`)]);
  const states = search.along(position.path);
  if (states === null) return false;
  return search.takes(states, position.place) || search.count(position.place.members, states).templates > 0;
}

/** Whether a filter takes all topics of a position, some, or none. */
function reach(filter, position) {
  const search = new Search([term(`filter:${filter}`)]);
  const path = position.path;
  const states = search.along(path);
  if (states === null || !search.takes(states, position.place)) return "none";
  let state = search.start;
  for (const [index, { place, level }] of path.entries()) {
    const next = search.step(state, place, index === 0);
    if (next.pin !== null && level === null && place.segment.count !== 1n) return "some";
    state = next.states;
  }
  return "all";
}
