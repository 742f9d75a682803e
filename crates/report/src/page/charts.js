// The charts. Each is made of buttons that set filters.
function drawVerdicts() {
  const count = (level) => { let found = 0; for (let i = 0; i < total; i++) if (!findings.suppressed[i] && findings.severity[i] === level) found++; return found; };
  const severity = [2, 1, 0].map((level) => [levels[level], count(level), `s-${levels[level]}`]);
  const open = Math.max(0, data.findings_total - suppressedTotal);
  const resources = { complete: 0, partial: 0, none: 0 };
  for (const [, coverage, of] of data.coverage) resources[coverage] = (resources[coverage] ?? 0) + of;
  const all = resources.complete + resources.partial + resources.none;
  const incomplete = resources.partial + resources.none;
  const noun = isFiles ? "file" : "resource";
  const holders = new Set(), users = new Set();
  for (let i = 0; i < total; i++) if (!findings.suppressed[i]) { holders.add(findings.resource[i]); if (findings.user[i]) users.add(findings.user[i]); }
  const found = el("article", { class: `card verdict ${open ? "has" : all && !incomplete ? "good" : "idle"}` },
    el("h2", {}, "Found"),
    el("p", { class: "big" }, number(open), el("small", {}, open === 1 ? " finding" : " findings")),
    bar(severity),
    el("p", {}, open ? `In ${plural(holders.size, noun)}${users.size ? ` of ${plural(users.size, "user")}` : ""}.` : incomplete ? "In what could be scanned. The rest is unknown." : all ? "Everything was scanned, and nothing was found." : "Nothing has been scanned yet."),
    suppressedTotal ? el("p", {}, `${plural(suppressedTotal, "finding")} suppressed, each with its reason. `, el("button", { type: "button", class: "text", onclick: () => { state.suppressed = "only"; update(); reveal("findings"); } }, "Show them")) : null);
  const covered = el("article", { class: `card verdict ${incomplete || data.failed_items ? "warn" : all ? "good" : "idle"}` },
    el("h2", {}, "Not scanned"),
    el("p", { class: "big" }, number(incomplete), el("small", {}, ` of ${plural(all, noun)}`)),
    bar([["complete", resources.complete, "c-complete"], ["partly", resources.partial, "c-partial"], ["not at all", resources.none, "c-none"]]),
    el("p", {}, incomplete ? [el("strong", {}, "Not scanned is not clean. "), `${percent(resources.complete, all)} were scanned completely. `, el("a", { href: "#gaps", onclick: jump("gaps") }, "See what is missing")] : all ? "Every one of them was scanned completely." : "There is nothing to judge by."),
    data.failed_items ? el("p", {}, el("strong", {}, `${plural(data.failed_items, "item")} failed`), " and will be tried again.") : null);
  return [found, covered, currency()];
}
// How fresh and how whole the picture is.
function currency() {
  const run = data.runs[0];
  const left = data.backlog.reduce((sum, row) => sum + row.items, 0);
  if (isFiles) {
    return el("article", { class: "card verdict idle" }, el("h2", {}, "Scanned"), el("p", { class: "big" }, number(data.coverage.reduce((sum, row) => sum + row[2], 0)), el("small", {}, " files")),
      el("p", {}, `On ${when(data.written_at)} UTC.`), el("p", { class: "break" }, data.of.slice(0, 6).join(", "), data.of.length > 6 ? " …" : ""));
  }
  const state = !run ? "idle" : run.outcome === "completed" && !left ? "good" : "warn";
  return el("article", { class: `card verdict ${state}` }, el("h2", {}, "Last run"),
    el("p", { class: "big word" }, run ? run.outcome ?? "Not ended" : "None"),
    run ? el("p", {}, run.ended_at ? `Ended ${when(run.ended_at)} UTC.` : `Began ${when(run.started_at)} UTC; it still runs, or was interrupted.`) : el("p", {}, "The worker has not run yet."),
    el("p", {}, left ? [el("strong", {}, `${plural(left, "item")} known and not done.`)] : run ? "Nothing that is known is left to do." : ""),
    el("p", {}, el("a", { href: "#attestation", onclick: jump("attestation") }, "Attestation")));
}
function bar(parts) {
  const all = parts.reduce((sum, [, count]) => sum + count, 0);
  const shown = parts.filter(([, count]) => count);
  return [el("div", { class: "bar", "aria-hidden": "true" }, shown.map(([, count, kind]) => el("span", { class: kind, "--share": count / all }))),
    el("ul", { class: "key" }, parts.map(([name, count, kind]) => el("li", { class: count ? "" : "none" }, el("i", { class: kind, "aria-hidden": "true" }), `${number(count)} ${name}`)))];
}

function drawTiles(chosen) {
  const most = Math.max(1, ...chosen.counts.label);
  redraw($("tiles"), labelNames.map((name, bit) => el("button", { type: "button", class: `tile l-${name}`, "data-key": name, "aria-pressed": String(state.label.has(name)), onclick: () => toggle("label", name) },
    el("span", { class: "what" }, name), el("span", { class: "many" }, number(chosen.counts.label[bit])), el("span", { class: "full" }, labelTitles[name] ?? ""),
    el("span", { class: "meter", "aria-hidden": "true" }, el("i", { "--share": chosen.counts.label[bit] / most })))));
}

function drawTime(chosen) {
  $("time-card").hidden = isFiles || time.bins === 0;
  if ($("time-card").hidden) return;
  const width = 1000, height = 210, left = 44, bottom = 24, plot = width - left - 8;
  const sums = Array.from({ length: time.bins }, (_, bin) => chosen.bins.reduce((sum, label) => sum + label[bin], 0));
  const top = nice(Math.max(1, ...sums));
  const y = (value) => height - bottom - value / top * (height - bottom - 10);
  const step = plot / time.bins, gap = Math.min(3, step / 5);
  const name = (bin) => time.unit === "month" ? new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" }).format(time.starts[bin]) : (time.unit === "week" ? "week of " : "") + formats.day.format(time.starts[bin]);
  const grid = [0, 0.5, 1].map((share) => [svg("line", { class: "grid", x1: left, x2: width - 8, y1: y(top * share), y2: y(top * share) }), svg("text", { x: left - 8, y: y(top * share) + 4, "text-anchor": "end" }, number(Math.round(top * share)))]);
  const every = Math.max(1, Math.ceil(time.bins / 10));
  const bars = sums.map((sum, bin) => {
    let base = 0;
    const x = left + bin * step + gap / 2, wide = Math.max(1, step - gap);
    const range = [day(time.starts[bin]), day(time.starts[bin + 1] - 1)];
    const isOn = state.from === range[0] && state.to === range[1];
    const detail = labelNames.map((label, bit) => [label, chosen.bins[bit][bin]]).filter(([, count]) => count).map(([label, count]) => `${label} ${number(count)}`).join(", ");
    const pieces = labelNames.map((label, bit) => { const count = chosen.bins[bit][bin]; if (!count) return null; base += count; return svg("rect", { class: `fill-${label}`, x, y: y(base), width: wide, height: Math.max(0.5, y(base - count) - y(base)) }); });
    const choose = () => { [state.from, state.to] = isOn ? ["", ""] : range; update(); };
    return svg("g", { class: "bin", role: "button", "data-key": String(bin), "aria-pressed": String(isOn), "aria-label": `${name(bin)}: ${sum ? detail : "nothing"}`, onclick: choose, onkeydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(); } } },
      svg("title", {}, `${name(bin)}\n${sum ? detail : "nothing"}`), svg("rect", { class: "hit", x: left + bin * step, y: 4, width: step, height: height - bottom - 4 }), pieces,
      bin % every === 0 ? svg("text", { x: left + bin * step + 1, y: height - 6 }, new Intl.DateTimeFormat("en-GB", time.unit === "month" ? { month: "short", year: "2-digit", timeZone: "UTC" } : { day: "numeric", month: "short", timeZone: "UTC" }).format(time.starts[bin])) : null);
  });
  $("time-note").textContent = `By ${time.unit} in which the content was made. A finding with two labels counts in both. Choose a bar to filter.`;
  redraw($("time"), [svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": "Labels over time" }, grid, bars), el("ul", { class: "key" }, labelNames.map((label) => el("li", {}, el("i", { class: `l-${label} dot`, "aria-hidden": "true" }), label)))]);
  roving($("time"), ".bin");
}
// The next round number for the top of an axis.
function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 10].map((step) => step * power).find((step) => step >= value) ?? value;
}

const HEAT_COLUMNS = 12;
function drawHeat(chosen) {
  $("heat-card").hidden = sources.length === 0;
  if (!sources.length) return;
  const weight = sources.map((_, column) => chosen.heat.reduce((sum, row) => sum + row[column], 0));
  const columns = sources.map((_, column) => column).sort((one, other) => weight[other] - weight[one]).slice(0, HEAT_COLUMNS);
  const most = Math.max(1, ...chosen.heat.map((row) => Math.max(0, ...row)));
  const cell = (bit, column) => {
    const count = chosen.heat[bit][column], label = labelNames[bit], name = sources[column];
    const isOn = state.label.has(label) && state.source.has(name);
    // By the logarithm: one large cell must not make all others look empty.
    const heat = count ? 0.12 + 0.88 * Math.log1p(count) / Math.log1p(most) : 0;
    return el("td", {}, el("button", { type: "button", class: `cell l-${label}${heat > 0.62 ? " hot" : ""}`, "--heat": heat.toFixed(3), "data-key": `${bit}:${column}`, "aria-pressed": String(isOn), "aria-label": `${label}, ${name}: ${number(count)}`,
      onclick: () => { if (isOn) { state.label.delete(label); state.source.delete(name); } else { state.label = new Set([label]); state.source = new Set([name]); } update(); } }, count ? number(count) : "·"));
  };
  const head = el("tr", {}, el("td"), columns.map((column) => el("th", { scope: "col" }, el("span", {}, sources[column]))));
  const rows = labelNames.map((label, bit) => el("tr", {}, el("th", { scope: "row" }, labelTag(label)), columns.map((column) => cell(bit, column))));
  const more = sources.length - columns.length;
  $("heat-note").textContent = `${isFiles ? "Which types of file hold what." : "Who or what brought it."} Choose a cell to filter.${more > 0 ? ` ${plural(more, "smaller source")} not shown.` : ""}`;
  redraw($("heat"), [el("table", { class: "heat" }, el("thead", {}, head), el("tbody", {}, rows))]);
  roving($("heat"), ".cell");
}

const TOP_ROWS = 8;
function drawTops(chosen) {
  const offered = isFiles ? [["resource", "Top files"], ["project", "Top folders"], ["rule", "Top rules"]] : [["user", "Top users"], ["project", "Top projects"], ["rule", "Top rules"]];
  const kinds = offered.filter(([dimension]) => dimension === "rule" || dimensions[dimension].some(Boolean));
  redraw($("tops"), kinds.map(([dimension, heading]) => {
    const ranked = rank(dimension, chosen).slice(0, TOP_ROWS);
    const most = ranked[0]?.count ?? 1;
    return el("article", { class: "card" }, el("h2", {}, heading), ranked.length === 0 ? el("p", { class: "dim" }, "None.") : el("ol", { class: "top-list" }, ranked.map(({ name, count }) =>
      el("li", {}, el("button", { type: "button", "data-key": `${dimension}:${name}`, "aria-pressed": String(state[dimension].has(name)), title: name, onclick: () => toggle(dimension, name) },
        el("span", { class: "meter", "aria-hidden": "true" }, el("i", { "--share": count / most })), el("span", { class: "what" }, dimension === "rule" ? data.titles[name] ?? name : shorten(name)), el("span", { class: "many" }, number(count)))))));
  }));
}
// The values of a filter, most frequent first; without a value there is nothing to choose.
function rank(dimension, chosen) {
  const counts = chosen.counts[dimension], ranked = [];
  for (let index = 0; index < counts.length; index++) {
    const name = textOf(dimension, index);
    if (name && (counts[index] || state[dimension].has(name))) ranked.push({ name, count: counts[index] });
  }
  return ranked.sort((one, other) => other.count - one.count || (one.name < other.name ? -1 : 1));
}
// The end of a path says more than its beginning.
function shorten(name, most = 44) { return isFiles && name.length > most ? "…" + name.slice(1 - most) : name; }

function drawGaps() {
  const counted = data.gap_totals.reduce((sum, [, count]) => sum + count, 0);
  if (!counted && !gaps.reason.length) {
    const any = data.coverage.length > 0;
    return [el("p", { class: any ? "note good" : "note" }, any ? "Everything that was looked at was scanned completely." : "Nothing has been looked at yet, so there is nothing to say about coverage.")];
  }
  const rows = data.gap_totals.map(([reason, count]) => {
    const [name, advice] = reasons[reason] ?? [words(reason), ""];
    return el("tr", {}, el("th", { scope: "row" }, el("button", { type: "button", class: "text", "aria-pressed": "false", onclick: (event) => { listGaps(gapReason === reason ? null : reason); event.currentTarget.closest("tbody").querySelectorAll("button").forEach((button) => button.setAttribute("aria-pressed", String(button === event.currentTarget && gapReason === reason))); } }, name)), el("td", { class: "figure" }, number(count)), el("td", {}, advice));
  });
  const kinds = new Map();
  for (const [kind, coverage, count] of data.coverage) { const of = kinds.get(kind) ?? { complete: 0, partial: 0, none: 0 }; of[coverage] = (of[coverage] ?? 0) + count; kinds.set(kind, of); }
  const perKind = [...kinds].map(([kind, of]) => { const all = of.complete + of.partial + of.none; return el("tr", {}, el("th", { scope: "row" }, words(kind === "local" ? "file" : kind)), el("td", { class: "figure" }, number(all)), el("td", { class: "figure" }, number(all - of.complete)), el("td", {}, el("div", { class: "bar", role: "img", "aria-label": `${percent(of.complete, all)} complete` }, [["complete", "c-complete"], ["partial", "c-partial"], ["none", "c-none"]].filter(([name]) => of[name]).map(([name, kind]) => el("span", { class: kind, "--share": of[name] / all })))), el("td", { class: "figure" }, percent(of.complete, all))); });
  const body = el("div", { id: "gap-list" });
  queueMicrotask(() => listGaps(null));
  return [el("p", { class: "note warn" }, el("strong", {}, "Not scanned is not clean. "), `Of these ${plural(counted, "part")} nobody can say what they hold.`),
    el("div", { class: "pair" },
      el("div", { class: "card scroll-x" }, el("h3", {}, "Why"), el("table", { class: "plain" }, el("thead", {}, el("tr", {}, el("th", {}, "Reason"), el("th", { class: "figure" }, "Parts"), el("th", {}, "What it means, and what to do"))), el("tbody", {}, rows))),
      el("div", { class: "card scroll-x" }, el("h3", {}, "Coverage"), el("table", { class: "plain" }, el("thead", {}, el("tr", {}, el("th", {}, "Kind"), el("th", { class: "figure" }, "All"), el("th", { class: "figure" }, "With gaps"), el("th", {}, el("span", { class: "sr" }, "Share")), el("th", { class: "figure" }, "Complete"))), el("tbody", {}, perKind)))),
    body];
}
let gapReason = null, gapRows = 0;
const GAP_PAGE = 50;
function listGaps(reason, more = false) {
  gapReason = reason;
  gapRows = more ? gapRows + 10 * GAP_PAGE : GAP_PAGE;
  const chosen = [];
  for (let i = 0; i < gaps.reason.length; i++) if (!reason || texts[gaps.reason[i]] === reason) chosen.push(i);
  const rows = chosen.slice(0, gapRows).map((i) => el("tr", {}, el("td", {}, reasons[texts[gaps.reason[i]]]?.[0] ?? words(texts[gaps.reason[i]])), isFiles ? null : el("td", {}, words(texts[gaps.kind[i]])), el("td", { class: "id" }, texts[gaps.resource[i]] === "-" ? "standard input" : texts[gaps.resource[i]]), el("td", {}, texts[gaps.place[i]]), isFiles ? null : el("td", {}, link(texts[gaps.href[i]], "Open"))));
  fill($("gap-list"), el("div", { class: "card scroll-x" }, el("h3", {}, reason ? `Where: ${(reasons[reason]?.[0] ?? reason).toLowerCase()}` : "Where"), el("table", { class: "plain" }, el("thead", {}, el("tr", {}, el("th", {}, "Reason"), isFiles ? null : el("th", {}, "Kind"), el("th", {}, isFiles ? "File" : "Id"), el("th", {}, "Place"), isFiles ? null : el("th", {}, "Link"))), el("tbody", {}, rows)),
    chosen.length > rows.length ? el("button", { type: "button", onclick: () => listGaps(reason, true) }, `Show more (${number(chosen.length - rows.length)} left)`) : null));
}

function drawAttestation() {
  if (isFiles) return [el("p", { class: "note" }, `Files as they were on ${when(data.written_at)} UTC, scanned by ${data.program} with rules ${data.ruleset ?? "unknown"}. Whoever repeats the scan with the same rules and key gets the same ids.`)];
  if (!data.runs.length) return [el("p", { class: "note" }, "No run has been recorded.")];
  const figure = (value) => el("td", { class: "figure" }, value === null ? "–" : number(value));
  const rows = data.runs.slice(0, 25).map((run) => el("tr", {}, el("td", { class: "figure" }, String(run.id)), el("td", {}, when(run.started_at)), el("td", {}, run.ended_at ? when(run.ended_at) : "–"), el("td", { class: run.outcome === "completed" ? "ok" : "bad" }, run.outcome ?? "not ended"), figure(run.items), figure(run.resources), figure(run.findings), figure(run.gaps), figure(run.requests), figure(run.backlog), el("td", { class: "id" }, run.ruleset), el("td", { class: "id" }, run.last_request_id ?? "–")));
  const head = ["Run", "Began (UTC)", "Ended (UTC)", "Outcome", "Items", "Resources", "Findings", "Gaps", "Requests", "Left", "Rules", "Last request"];
  const figures = new Set(["Run", "Items", "Resources", "Findings", "Gaps", "Requests", "Left"]);
  const latest = data.runs[0];
  return [el("p", {}, "What each run of the worker read, under which rules, up to which position. A run without an end was interrupted; the next one goes on where it stopped."),
    el("div", { class: "card scroll-x" }, el("table", { class: "plain" }, el("thead", {}, el("tr", {}, head.map((name) => el("th", { class: figures.has(name) ? "figure" : "" }, name)))), el("tbody", {}, rows))),
    data.runs.length > 25 ? el("p", { class: "dim" }, `${number(data.runs.length - 25)} older runs are not shown.`) : null,
    el("details", {}, el("summary", {}, "Positions of the latest run"), el("pre", {}, positions(latest)))];
}
function positions(run) {
  const pretty = (text) => { try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; } };
  return `from ${pretty(run.start_checkpoints)}\nto ${run.end_checkpoints ? pretty(run.end_checkpoints) : "–"}`;
}
