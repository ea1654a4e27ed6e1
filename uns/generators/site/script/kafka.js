// --- Kafka: where the messages of a topic go --------------------------------------------------------

const LONGEST_NAME = 249;

/** A topic level as a segment of a Kafka name: each run of other characters as -x, hex digits, -. */
function encodeLevel(level) {
  const hex = (run) => {
    const bytes = [...new TextEncoder().encode(run)];
    return `-x${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}-`;
  };
  const run = level.includes("-x") ? /(?:[^A-Za-z0-9-]+|-(?=x))+/g : /[^A-Za-z0-9-]+/g;
  return level.replace(run, hex) || "-x-";
}

/** How many levels after the root go down to an equipment level, where the model names one. */
function depthOf(path, { name, rank: limit }) {
  let own = 0;
  let deepest = 1;
  let rank = 0;
  path.slice(model.root).forEach(({ place }, index) => {
    if (!place.type) return;
    if (place.type.level.name === name) own = index + 1;
    rank = place.type.level.rank ?? rank;
    if (rank <= limit) deepest = index + 1;
  });
  return own || deepest;
}

/** How many levels of a topic name its Kafka topic: the root and its place, never the leaf. */
function placeDepth(path) {
  const { split } = model.kafka;
  const wanted = typeof split === "number" ? split : depthOf(path, split);
  return model.root + Math.max(1, Math.min(wanted, path.length - model.root - 1));
}

/** Where what is published to the example of `position` goes; `problem` where it goes nowhere. */
function kafkaAddress(position) {
  const { prefix, key, order, overflow, partitions } = model.kafka;
  const path = position.path;
  const { levels } = position;
  if (levels[0].startsWith("$") && model.root === 0) return { problem: "topics that start with $ are the broker's own" };
  if (key === "tail" && path.length - model.root < 2) return { problem: "one level leaves none for the record key" };
  const depth = placeDepth(path);
  const place = path.slice(0, depth);
  const encoded = levels.slice(0, depth).map(encodeLevel);
  const name = (head) => {
    const full = [head, ...encoded].join(".");
    if (full.length <= LONGEST_NAME) return full;
    return overflow === "bucket" ? `${head}-x-overflow` : null;
  };
  if (name(prefix) === null) return { problem: `its Kafka name takes more than ${LONGEST_NAME} characters` };
  const record = levels.slice(key === "tail" ? depth : 0).join("/");
  const ordered = order === null ? null : model.root + (typeof order === "number" ? order : depthOf(path, order));
  const hashed = ordered === null ? record : levels.slice(0, ordered).join("/");
  return {
    topic: name(prefix),
    state: position.place.endpoint?.retain ? name(`${prefix}-state`) : null,
    pattern: [prefix, ...place.map((at, index) => (at.level === null ? "*" : encoded[index]))].join("."),
    topics: place.reduce((total, at) => times(total, at.level === null ? at.place.segment.count : 1n), 1n),
    key: record,
    hashed,
    partition: partitionOf(hashed, partitions),
    partitions,
  };
}

/** The partition a key goes to, by the partitioner of the model. */
function partitionOf(text, partitions) {
  const bytes = new TextEncoder().encode(text);
  const name = model.kafka.partitioner;
  if (name.startsWith("murmur2")) return (murmur2(bytes) & 0x7fffffff) % partitions;
  if (name.startsWith("fnv1a")) {
    const hash = fnv1a(bytes);
    return (name === "fnv1a_masked" ? hash & 0x7fffffff : Math.abs(hash | 0)) % partitions;
  }
  return crc32(bytes) % partitions;
}

/** MurmurHash2 with Kafka's seed. */
function murmur2(bytes) {
  const multiplier = 0x5bd1e995;
  const whole = bytes.length & ~3;
  let hash = 0x9747b28c ^ bytes.length;
  for (let at = 0; at < whole; at += 4) {
    const word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    const mixed = Math.imul(word, multiplier);
    hash = Math.imul(hash, multiplier) ^ Math.imul(mixed ^ (mixed >>> 24), multiplier);
  }
  if (bytes.length > whole) {
    for (let at = whole; at < bytes.length; at++) hash ^= bytes[at] << (8 * (at - whole));
    hash = Math.imul(hash, multiplier);
  }
  hash = Math.imul(hash ^ (hash >>> 13), multiplier);
  return (hash ^ (hash >>> 15)) >>> 0;
}

function fnv1a(bytes) {
  return bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5 | 0) >>> 0;
}

function crc32(bytes) {
  let hash = -1;
  for (const byte of bytes) {
    hash ^= byte;
    for (let bit = 0; bit < 8; bit++) hash = (hash >>> 1) ^ (hash & 1 ? 0xedb88320 : 0);
  }
  return ~hash >>> 0;
}
