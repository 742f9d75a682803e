// The charts of what was found. Each is made of buttons that set filters.

function drawTiles(chosen) {
  const most = Math.max(1, ...chosen.counts.label);
  redraw(
    $("tiles"),
    labelNames.map((name, bit) =>
      el(
        "button",
        {
          type: "button",
          class: `tile l-${name}`,
          "data-key": name,
          "aria-pressed": String(state.label.has(name)),
          onclick: () => toggle("label", name),
        },
        el("span", { class: "what" }, name),
        el("span", { class: "many" }, number(chosen.counts.label[bit])),
        el("span", { class: "full" }, labelMeanings[name] ?? ""),
        el(
          "span",
          { class: "meter", "aria-hidden": "true" },
          el("i", { "--share": chosen.counts.label[bit] / most }),
        ),
      ),
    ),
  );
}

const HEAT_COLUMNS = 12;

function drawHeat(chosen) {
  $("heat-card").hidden = sources.length === 0;
  if (!sources.length) return;
  const weight = sources.map((_, column) => chosen.heat.reduce((sum, row) => sum + row[column], 0));
  const columns = sources
    .map((_, column) => column)
    .sort((one, other) => weight[other] - weight[one])
    .slice(0, HEAT_COLUMNS);
  const most = Math.max(1, ...chosen.heat.map((row) => Math.max(0, ...row)));
  const cell = (bit, column) => {
    const count = chosen.heat[bit][column],
      label = labelNames[bit],
      name = sources[column];
    const isOn = state.label.has(label) && state.source.has(name);
    // By the logarithm: one large cell must not make all others look empty.
    const heat = count ? 0.12 + (0.88 * Math.log1p(count)) / Math.log1p(most) : 0;
    return el(
      "td",
      {},
      el(
        "button",
        {
          type: "button",
          class: `cell l-${label}${heat > 0.62 ? " hot" : ""}`,
          "--heat": heat.toFixed(3),
          "data-key": `${bit}:${column}`,
          "aria-pressed": String(isOn),
          "aria-label": `${label}, ${name}: ${number(count)}`,
          onclick: () => {
            if (isOn) {
              state.label.delete(label);
              state.source.delete(name);
            } else {
              state.label = new Set([label]);
              state.source = new Set([name]);
            }
            update();
          },
        },
        count ? number(count) : "·",
      ),
    );
  };
  const head = el(
    "tr",
    {},
    el("td"),
    columns.map((column) => el("th", { scope: "col" }, el("span", {}, sources[column]))),
  );
  const rows = labelNames.map((label, bit) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, labelTag(label)),
      columns.map((column) => cell(bit, column)),
    ),
  );
  const more = sources.length - columns.length;
  $("heat-note").textContent =
    `${isFiles ? "Which types of file hold what." : "Who or what brought it."} Choose a cell to filter.${more > 0 ? ` ${plural(more, "smaller source")} not shown.` : ""}`;
  redraw($("heat"), [
    el(
      "table",
      { class: columns.length > 7 ? "heat upright" : "heat" },
      el("thead", {}, head),
      el("tbody", {}, rows),
    ),
  ]);
  roving($("heat"), ".cell");
}

const TOP_ROWS = 8;

function drawTops(chosen) {
  const offered = isFiles
    ? [
        ["resource", "Top files"],
        ["project", "Top folders"],
        ["rule", "Top rules"],
      ]
    : [
        ["user", "Top users"],
        ["project", "Top projects"],
        ["rule", "Top rules"],
      ];
  const kinds = offered.filter(([dimension]) => dimension === "rule" || dimensions[dimension].some(Boolean));
  redraw(
    $("tops"),
    kinds.map(([dimension, heading]) => {
      const ranked = rank(dimension, chosen).slice(0, TOP_ROWS);
      const most = ranked[0]?.count ?? 1;
      return el(
        "article",
        { class: "card" },
        el("h2", {}, heading),
        ranked.length === 0
          ? el("p", { class: "dim" }, "None.")
          : el(
              "ol",
              { class: "top-list" },
              ranked.map(({ name, count }) =>
                el(
                  "li",
                  {},
                  el(
                    "button",
                    {
                      type: "button",
                      "data-key": `${dimension}:${name}`,
                      "aria-pressed": String(state[dimension].has(name)),
                      title: name,
                      onclick: () => toggle(dimension, name),
                    },
                    el(
                      "span",
                      { class: "meter", "aria-hidden": "true" },
                      el("i", { "--share": count / most }),
                    ),
                    el(
                      "span",
                      { class: "what" },
                      dimension === "rule" ? (data.titles[name] ?? name) : shorten(name),
                    ),
                    el("span", { class: "many" }, number(count)),
                  ),
                ),
              ),
            ),
      );
    }),
  );
}

// The values of a filter, most frequent first; without a value there is nothing to choose.
function rank(dimension, chosen) {
  const counts = chosen.counts[dimension],
    ranked = [];
  for (let index = 0; index < counts.length; index++) {
    const name = textOf(dimension, index);
    if (name && (counts[index] || state[dimension].has(name))) ranked.push({ name, count: counts[index] });
  }
  return ranked.sort((one, other) => other.count - one.count || (one.name < other.name ? -1 : 1));
}

// The end of a path says more than its beginning.
function shorten(name, most = 44) {
  return isFiles && name.length > most ? "…" + name.slice(1 - most) : name;
}
