// The rows, as columns.rs wrote them, and what is derived from them once.
const data = JSON.parse(document.getElementById("data").textContent);
const { texts, lists, findings, gaps } = data;
const isFiles = data.subject === "files";
const total = findings.id.length;
const labelNames = data.label_names;
const levels = ["low", "medium", "high"];
// What a label stands for.
const labelMeanings = {
  pii: "Who a person is: identity numbers, addresses, contacts",
  payment: "What money can be taken with: cards, bank accounts",
  secrets: "What opens a door: keys, tokens, passwords",
  regulated: "What law guards: health, classified, export, privilege",
  financial: "Money facts that are not public",
  customer: "Records about the organisation’s customers",
};
// What a reason means, and what to do about it.
const reasons = {
  encrypted: ["Encrypted", "Protected by a password. Ask its owner for an open copy and scan that."],
  malformed: ["Broken", "Not a valid file of its format. Open it by hand if it matters."],
  unsupported: [
    "Unknown format",
    "No reader for this format yet; readable strings were scanned where there are any.",
  ],
  too_large: ["Too large", "Larger than one file may be. Raise the limit and scan again."],
  expansion_size: [
    "Unpacks too large",
    "Its unpacked size went over the limit. Unpack it and scan the parts.",
  ],
  expansion_ratio: ["Unpacks suspiciously", "Grows as decompression bombs do. Do not open it carelessly."],
  too_many_entries: [
    "Too many entries",
    "More entries than one archive may have. Unpack it and scan the parts.",
  ],
  too_deep: ["Nested too deep", "Archives in archives beyond the limit. Unpack it and scan the parts."],
  deadline: ["Took too long", "Reading was stopped. The next run tries again where that helps."],
  out_of_memory: ["Needed too much memory", "Reading was stopped. Scan it on a larger machine."],
  text_cut: ["Text was cut", "More text than is scanned of one file. Raise the limit and scan again."],
  truncated_at_source: ["Cut at the source", "The source gave only a part of it."],
  unavailable: [
    "Could not be read",
    "The source or the file system refused. Check the rights, then run again.",
  ],
  gone: [
    "Gone before it was read",
    "Deleted between being listed and being read. Nobody can scan it any more.",
  ],
  transfer_broken: ["Transfer broke off", "The next run tries again."],
  image_not_read: ["Image", "Pictures are not read: text in them was not seen."],
  image_unclear: ["Image unclear", "Text recognition saw no text in it, or is not sure of what it read."],
  parser_failed: ["Reader failed", "A defect of ours or a hostile file. Please report it."],
  excluded: ["Excluded", "Left out because the configuration says so."],
};
const words = (name) => name.replaceAll("_", " ");
const formats = {
  number: new Intl.NumberFormat("en"),
  axis: new Intl.NumberFormat("en", { notation: "compact" }),
  day: dateFormat({ dateStyle: "medium" }),
  time: dateFormat({ dateStyle: "medium", timeStyle: "short" }),
};
function dateFormat(style) {
  return new Intl.DateTimeFormat("en-GB", { ...style, timeZone: "UTC" });
}
const number = (value) => formats.number.format(value);
const plural = (count, one, many) => `${number(count)} ${count === 1 ? one : (many ?? one + "s")}`;
const when = (text, format = formats.time) => {
  const at = Date.parse(text);
  return Number.isNaN(at) ? text : format.format(at);
};
const day = (at) => new Date(at).toISOString().slice(0, 10);
// A share that is not everything never reads 100 %.
function percent(part, of) {
  if (!of) return "–";
  const share = (100 * part) / of;
  return share === 100 || share === 0 ? `${share} %` : `${Math.min(99.9, Math.max(0.1, share)).toFixed(1)} %`;
}

// Where a finding stands, in the words of a person; one text per kind and role, by index.
const sources = [],
  sourceIndex = new Map(),
  source = new Uint16Array(total);
// When the thing was made in which it lies, in milliseconds; NaN if nobody knows.
const made = new Float64Array(total);
{
  const parsed = new Map();
  const parse = (index) => {
    let at = parsed.get(index);
    if (at === undefined) parsed.set(index, (at = Date.parse(texts[index])));
    return at;
  };
  for (let i = 0; i < total; i++) {
    const name = sourceName(i);
    let index = sourceIndex.get(name);
    if (index === undefined) {
      index = sources.length;
      sourceIndex.set(name, index);
      sources.push(name);
    }
    source[i] = index;
    made[i] = parse(findings.created[i] || findings.first_seen[i]);
  }
}
function sourceName(i) {
  if (isFiles) {
    const name = texts[findings.resource[i]].split(/[\\/]/).pop();
    const dot = name.lastIndexOf(".");
    return name === "-"
      ? "standard input"
      : dot > 0 || name.startsWith(".")
        ? name.slice(dot).toLowerCase()
        : "no extension";
  }
  const kind = words(texts[findings.kind[i]]),
    role = words(texts[findings.role[i]]);
  return kind === "message"
    ? role === "user" || role === "assistant"
      ? `message by ${role}`
      : `${role} in a message`
    : role === "metadata"
      ? `name of ${kind}`
      : kind;
}
const title = (i) => data.titles[texts[findings.rule[i]]] ?? texts[findings.rule[i]];
const labelsOf = (i) => labelNames.filter((_, bit) => (findings.labels[i] >> bit) & 1);

// What the search looks through, in lower case; built when somebody searches.
let haystack = null;
function searched(i) {
  haystack ??= Array.from({ length: total }, (_, i) =>
    `${texts[findings.rule[i]]}\n${title(i)}\n${findings.snippet[i]}`.toLowerCase(),
  );
  return haystack[i];
}

// What can be filtered, each with the column it looks at. Several values of one filter are alternatives.
const dimensions = {
  user: findings.user,
  project: findings.project,
  rule: findings.rule,
  source,
  value: findings.fingerprint,
  resource: findings.resource,
};
const nameOf = { source: (index) => sources[index] };
const textOf = (dimension, index) => (nameOf[dimension] ? nameOf[dimension](index) : texts[index]);
const dimensionTitles = {
  label: "Label",
  severity: "Severity",
  confidence: "Confidence",
  user: "User",
  project: isFiles ? "Folder" : "Project",
  rule: "Rule",
  source: isFiles ? "File type" : "Source",
  value: "Value",
  resource: isFiles ? "File" : "Resource",
  from: "From",
  to: "To",
  q: "Text",
  suppressed: "Suppressed",
};

// The filters. They live in the fragment of the address, so that a view can be linked.
const state = {
  label: new Set(),
  severity: new Set(),
  confidence: new Set(),
  user: new Set(),
  project: new Set(),
  rule: new Set(),
  source: new Set(),
  value: new Set(),
  resource: new Set(),
  from: "",
  to: "",
  q: "",
  suppressed: "",
  finding: "",
};
function readFragment() {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const [name, held] of Object.entries(state)) {
    if (held instanceof Set) state[name] = new Set(given.getAll(name));
    else state[name] = given.get(name) ?? "";
  }
}
function writeFragment() {
  const kept = new URLSearchParams();
  for (const [name, held] of Object.entries(state)) {
    if (held instanceof Set) held.forEach((value) => kept.append(name, value));
    else if (held) kept.set(name, held);
  }
  const fragment = kept.toString();
  const current = location.hash.slice(1);
  if (fragment !== current && (fragment || current.includes("=")))
    history.replaceState(null, "", fragment ? "#" + fragment : location.pathname + location.search);
}
const isFiltered = () =>
  Object.entries(state).some(
    ([name, held]) => name !== "finding" && (held instanceof Set ? held.size : held),
  );

// The findings that pass, and the counts for each chart: a chart counts what passes all filters but its own,
// so that it shows what else could be chosen. One pass over the rows.
const suppressedTotal = findings.suppressed.reduce((count, why) => count + (why ? 1 : 0), 0);
function select() {
  const bits = (names, of) => names.reduce((mask, name, bit) => (of.has(name) ? mask | (1 << bit) : mask), 0);
  const masks = {
    label: bits(labelNames, state.label),
    severity: bits(levels, state.severity),
    confidence: bits(levels, state.confidence),
  };
  const wanted = [];
  for (const [name, column] of Object.entries(dimensions)) {
    const size = name === "source" ? sources.length : texts.length;
    const counts = new Uint32Array(size);
    let allowed = null;
    if (state[name].size) {
      allowed = new Uint8Array(size);
      for (let index = 0; index < size; index++) if (state[name].has(textOf(name, index))) allowed[index] = 1;
    }
    wanted.push({ name, column, allowed, counts });
  }
  const from = state.from ? Date.parse(state.from) : -Infinity,
    to = state.to ? Date.parse(state.to) + 86400000 : Infinity;
  const timed = state.from || state.to;
  const query = state.q.trim().toLowerCase();
  const passed = new Uint32Array(total);
  const counts = {
    label: new Uint32Array(labelNames.length),
    severity: new Uint32Array(3),
    confidence: new Uint32Array(3),
  };
  const heat = Array.from(labelNames, () => new Uint32Array(sources.length));
  const bins = Array.from(labelNames, () => new Uint32Array(time.bins));
  let length = 0,
    hidden = 0;
  for (let i = 0; i < total; i++) {
    // Which filters it fails: none, the one, or more than one.
    let failed = null,
      more = false;
    const fail = (name) => {
      if (failed) more = true;
      else failed = name;
    };
    const isSuppressed = findings.suppressed[i] !== 0;
    if (isSuppressed ? state.suppressed === "" : state.suppressed === "only") {
      if (isSuppressed) hidden++;
      continue;
    }
    if (masks.label && !(findings.labels[i] & masks.label)) fail("label");
    if (masks.severity && !((1 << findings.severity[i]) & masks.severity)) fail("severity");
    if (masks.confidence && !((1 << findings.confidence[i]) & masks.confidence)) {
      fail("confidence");
      if (more) continue;
    }
    for (const { name, column, allowed } of wanted) if (allowed && !allowed[column[i]]) fail(name);
    if (more) continue;
    if (timed && !(made[i] >= from && made[i] < to)) fail("time");
    if (more) continue;
    if (query && !searched(i).includes(query)) {
      if (failed) continue;
      failed = "q";
    }
    const all = failed === null;
    if (all) passed[length++] = i;
    const labels = findings.labels[i];
    if (all || failed === "severity") counts.severity[findings.severity[i]]++;
    if (all || failed === "confidence") counts.confidence[findings.confidence[i]]++;
    for (const one of wanted) if (all || failed === one.name) one.counts[one.column[i]]++;
    for (let bit = 0; bit < labelNames.length; bit++) {
      if (!((labels >> bit) & 1)) continue;
      if (all || failed === "label") counts.label[bit]++;
      if (all || failed === "label" || failed === "source") heat[bit][source[i]]++;
      if ((all || failed === "time") && time.bin[i] >= 0 && (!masks.label || (masks.label >> bit) & 1))
        bins[bit][time.bin[i]]++;
    }
  }
  for (const { name, counts: of } of wanted) counts[name] = of;
  return { passed: passed.subarray(0, length), counts, heat, bins, hidden };
}

// Days, weeks or months, so that no chart has more than some sixty bars.
const time = binned();
function binned() {
  let first = Infinity,
    last = -Infinity;
  for (const at of made) {
    if (at < first) first = at;
    if (at > last) last = at;
  }
  const bin = new Int32Array(total).fill(-1);
  if (!(first <= last)) return { bins: 0, bin, starts: [], unit: "day" };
  const days = (last - first) / 86400000;
  const unit = days <= 45 ? "day" : days <= 400 ? "week" : "month";
  const starts = [];
  const date = new Date(first);
  date.setUTCHours(0, 0, 0, 0);
  if (unit === "week") date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  if (unit === "month") date.setUTCDate(1);
  while (date.getTime() <= last && starts.length < 600) {
    starts.push(date.getTime());
    if (unit === "month") date.setUTCMonth(date.getUTCMonth() + 1);
    else date.setUTCDate(date.getUTCDate() + (unit === "week" ? 7 : 1));
  }
  starts.push(date.getTime());
  for (let i = 0; i < total; i++) {
    if (Number.isNaN(made[i])) continue;
    let low = 0,
      high = starts.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= made[i]) low = middle;
      else high = middle;
    }
    bin[i] = low;
  }
  return { bins: starts.length - 1, bin, starts, unit };
}
