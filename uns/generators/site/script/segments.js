// --- Segments: one topic level, or a family of them ------------------------------------------------

/** A range of numbers, padded with zeros to `width` digits unless that is 0. */
class NumberRange {
  constructor([low, high, width]) {
    this.low = BigInt(low);
    this.high = BigInt(high);
    this.width = width;
    this.count = this.high - this.low + 1n;
  }

  has(text) {
    if (!/^[0-9]{1,18}$/.test(text)) return false;
    const isWritten = this.width ? text.length === this.width : text === "0" || text[0] !== "0";
    return isWritten && BigInt(text) >= this.low && BigInt(text) <= this.high;
  }

  nth(index) { return String(this.low + index).padStart(this.width, "0"); }

  /** The lengths that its numbers have. */
  get lengths() {
    const [least, most] = [this.nth(0n).length, this.nth(this.count - 1n).length];
    return Array.from({ length: most - least + 1 }, (_, index) => least + index);
  }
}

class Segment {
  constructor(written) {
    const isFixed = typeof written === "string";
    this.literal = isFixed ? written : null;
    this.text = isFixed ? written.replaceAll("[", "[[").replaceAll("{", "{{") : written.text;
    this.lower = this.text.toLowerCase();
    this.example = isFixed ? written : written.example;
    this.parts = isFixed ? [] : written.parts.map(readPart);
    // The closed segments beside an open set, whose levels it does not have.
    this.less = (written.less ?? []).map((each) => new Segment(each));
    this.lessNames = new Set(this.less.map(({ literal }) => literal));
    this.varying = this.parts.filter((part) => typeof part !== "string");
    this.count = this.varying.reduce((total, part) => times(total, part.count), 1n);
  }

  /** The name in braces, whose set has no end. */
  get open() { return this.varying.find((part) => part.name !== undefined) ?? null; }

  build(values) {
    let next = 0;
    return this.parts.map((part) => (typeof part === "string" ? part : values[next++])).join("");
  }

  /** Level number `index`, the last set varying fastest. */
  nth(index) {
    const values = [];
    for (const part of [...this.varying].reverse()) {
      values.unshift(part.nth(index % part.count));
      index /= part.count;
    }
    return this.build(values);
  }

  /** The values that make `level`, or null when the segment does not stand for it. */
  match(level) {
    if (this.literal !== null) return level === this.literal ? [] : null;
    const isLess = this.lessNames.has(level)
      || this.less.some((each) => each.literal === null && each.match(level) !== null);
    return isLess ? null : matchParts(this.parts, 0, level);
  }
}

function readPart(part) {
  if (typeof part === "string") return part;
  if (part.name !== undefined) {
    const pattern = new RegExp(part.pattern, "u");
    return { ...part, count: null, takes: (text) => pattern.test(text), lengths: null };
  }
  const items = part.items.map((item) => (typeof item === "string" ? item : new NumberRange(item)));
  const size = (item) => (typeof item === "string" ? 1n : item.count);
  const nth = (index) => {
    for (const item of items) {
      if (index < size(item)) return typeof item === "string" ? item : item.nth(index);
      index -= size(item);
    }
    return "";
  };
  const takes = (text) => items.some((item) => (item.has ? item.has(text) : item === text));
  const lengths = [...new Set(items.flatMap((item) => item.lengths ?? [item.length]))];
  const count = items.reduce((total, item) => total + size(item), 0n);
  return { count, nth, takes, lengths };
}

/** How `text` splits into the parts from number `index` on; there is one way at most. */
function matchParts(parts, index, text) {
  if (index === parts.length) return text === "" ? [] : null;
  const part = parts[index];
  if (typeof part === "string") {
    return text.startsWith(part) ? matchParts(parts, index + 1, text.slice(part.length)) : null;
  }
  const all = Array.from({ length: text.length + 1 }, (_, length) => length);
  for (const length of index === parts.length - 1 ? [text.length] : part.lengths ?? all) {
    const value = text.slice(0, length);
    if (value.length !== length || !part.takes(value)) continue;
    const rest = matchParts(parts, index + 1, text.slice(length));
    if (rest) return [value, ...rest];
  }
  return null;
}
