// Puts the page together, and draws it anew whenever a filter changes.
function reveal(id) {
  const section = $(id);
  section.scrollIntoView({
    behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
  });
  section.focus({ preventScroll: true });
}
// The fragment holds the filters, so that links inside of the page must not change it.
function jump(id) {
  return (event) => {
    event.preventDefault();
    reveal(id);
  };
}
document
  .querySelectorAll("nav a, .skip")
  .forEach((anchor) => anchor.addEventListener("click", jump(anchor.getAttribute("href").slice(1))));

function drawControls(chosen) {
  for (const [dimension, names] of [
    ["severity", levels],
    ["confidence", levels],
  ]) {
    redraw(
      $(`f-${dimension}`),
      [2, 1, 0].map((level) =>
        el(
          "button",
          {
            type: "button",
            "data-key": names[level],
            class: dimension === "severity" ? `s-${names[level]}` : "",
            "aria-pressed": String(state[dimension].has(names[level])),
            onclick: () => toggle(dimension, names[level]),
          },
          names[level],
          " ",
          el("span", { class: "many" }, number(chosen.counts[dimension][level])),
        ),
      ),
    );
  }
  picker(
    "label",
    labelNames.map((name, bit) => ({ name, count: chosen.counts.label[bit] })),
  );
  for (const dimension of ["source", "user", "project", "rule"])
    picker(dimension, rank(dimension, chosen).slice(0, 1000));
  for (const field of ["from", "to"])
    if ($(`f-${field}`).value !== state[field]) $(`f-${field}`).value = state[field];
  if ($("q").value !== state.q && document.activeElement !== $("q")) $("q").value = state.q;
}
// A list that adds one value to a filter.
function picker(dimension, values) {
  const select = $(`f-${dimension}`);
  const held = state[dimension];
  const options = values.map(({ name, count }) =>
    el("option", { value: name }, `${held.has(name) ? "✓ " : ""}${shorten(name)} (${number(count)})`),
  );
  select.replaceChildren(
    el("option", { value: "" }, held.size ? `${number(held.size)} chosen` : "All"),
    ...options,
  );
  select.value = "";
  select.classList.toggle("on", held.size > 0);
}
for (const dimension of ["label", "source", "user", "project", "rule"]) {
  $(`f-${dimension}`).addEventListener("change", (event) => {
    if (event.target.value) toggle(dimension, event.target.value);
  });
}
for (const field of ["from", "to"])
  $(`f-${field}`).addEventListener("change", (event) => {
    state[field] = event.target.value;
    update();
  });
let typing = 0;
$("q").addEventListener("input", (event) => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    state.q = event.target.value;
    update();
  }, 120);
});
$("filters").addEventListener("submit", (event) => event.preventDefault());

function drawActive() {
  const chips = [];
  const chip = (dimension, value, remove) =>
    chips.push(
      el(
        "button",
        {
          type: "button",
          class: "chip",
          "data-key": `${dimension}:${value}`,
          "aria-label": `Remove the filter ${dimensionTitles[dimension]} ${value}`,
          onclick: () => {
            remove();
            update();
          },
        },
        el("span", { class: "dim" }, dimensionTitles[dimension]),
        ` ${shorten(value)} `,
        el("span", { "aria-hidden": "true" }, "×"),
      ),
    );
  for (const [dimension, held] of Object.entries(state)) {
    if (dimension === "finding" || dimension === "suppressed") continue;
    if (held instanceof Set) held.forEach((value) => chip(dimension, value, () => held.delete(value)));
    else if (held)
      chip(dimension, held, () => {
        state[dimension] = "";
        if (dimension === "q") $("q").value = "";
      });
  }
  if (suppressedTotal) {
    const choices = [
      ["", "hidden"],
      ["with", "shown"],
      ["only", "only"],
    ];
    chips.push(
      el(
        "label",
        { class: "pick inline" },
        el("span", {}, `${number(suppressedTotal)} suppressed`),
        el(
          "select",
          {
            "data-key": "suppressed",
            onchange: (event) => {
              state.suppressed = event.target.value;
              update();
            },
          },
          choices.map(([value, name]) => el("option", { value, selected: state.suppressed === value }, name)),
        ),
      ),
    );
  }
  if (isFiltered())
    chips.push(
      el("button", { type: "button", class: "text", "data-key": "clear", onclick: clear }, "Clear all"),
    );
  redraw($("active"), chips);
}
function clear() {
  for (const [name, held] of Object.entries(state))
    if (held instanceof Set) held.clear();
    else if (name !== "finding") state[name] = "";
  $("q").value = "";
  update();
}

function update() {
  const chosen = select();
  drawTiles(chosen);
  drawTime(chosen);
  drawHeat(chosen);
  drawTops(chosen);
  drawControls(chosen);
  drawActive();
  showRows(chosen.passed);
  if (cursor < 0) state.finding = "";
  drawDetail();
  const listed =
    total < data.findings_total
      ? ` Only the worst ${number(total)} of ${number(data.findings_total)} are listed.`
      : "";
  const open = total - (state.suppressed ? 0 : suppressedTotal);
  $("count").textContent =
    (isFiltered() ? `${number(shown.length)} of ${plural(open, "finding")}` : plural(open, "finding")) +
    (shown.length ? ", worst first." : ".") +
    listed;
  list.hidden = shown.length === 0;
  $("explorer").dataset.empty = total === 0 ? "There are no findings." : "No finding passes these filters.";
  $("explorer").classList.toggle("empty", shown.length === 0);
  writeFragment();
}
// Shows the finding that the address names.
function seek() {
  const wanted = state.finding;
  if (!wanted) return;
  const index = findings.id.indexOf(wanted),
    at = shown.indexOf(index);
  if (index >= 0 && at >= 0) {
    moveTo(at, false);
    list.scrollIntoView({ block: "center" });
  }
}

const theme = $("theme");
const dark = () =>
  (document.documentElement.dataset.theme ??
    (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
function nameTheme() {
  theme.textContent = dark() ? "Light" : "Dark";
}
theme.addEventListener("click", () => {
  document.documentElement.dataset.theme = dark() ? "light" : "dark";
  nameTheme();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", nameTheme);
nameTheme();
$("print").addEventListener("click", () => print());
addEventListener("keydown", (event) => {
  if (
    event.key !== "/" ||
    event.ctrlKey ||
    event.metaKey ||
    /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)
  )
    return;
  event.preventDefault();
  reveal("findings");
  $("q").focus({ preventScroll: true });
});
addEventListener("resize", () => requestAnimationFrame(() => showRows(shown)));
addEventListener("hashchange", () => {
  const wanted = new URLSearchParams(location.hash.slice(1)).get("finding") ?? "";
  readFragment();
  $("q").value = state.q;
  update();
  state.finding = wanted;
  seek();
});

readFragment();
fill(
  $("about"),
  el(
    "span",
    {},
    isFiles
      ? plural(data.of.length, "path") + " scanned"
      : data.of.length
        ? `${data.of.length === 1 ? "Organisation" : "Organisations"} ${data.of.slice(0, 4).join(", ")}${data.of.length > 4 ? " …" : ""}`
        : "No organisation yet",
  ),
  el("span", {}, `Written ${when(data.written_at)} UTC`),
  el("span", {}, data.program),
  el(
    "span",
    { class: "id" },
    (data.ruleset ?? data.runs[0]?.ruleset) ? `rules ${data.ruleset ?? data.runs[0].ruleset}` : "",
  ),
);
fill($("verdicts"), drawVerdicts());
fill($("gaps-body"), drawGaps());
fill($("attestation-body"), drawAttestation());
for (const dimension of ["project", "source"])
  $(`f-${dimension}-name`).textContent = dimensionTitles[dimension];
$("p-user").hidden = !findings.user.some(Boolean);
$("p-project").hidden = !findings.project.some(Boolean);
$("p-time").hidden = isFiles;
// Filters over nothing are only in the way.
for (const id of ["tiles", "tops", "filters"]) $(id).hidden = total === 0;
$("foot").textContent =
  "Values are masked before anything is kept; this page holds no original text. It sends nothing and asks for nothing. Keys: / searches, arrow keys move in a list, Enter reads, Escape closes.";
$("q").value = state.q;
const wanted = state.finding;
update();
state.finding = wanted;
seek();
document.documentElement.dataset.ready = "";
