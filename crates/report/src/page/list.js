// The list: only rows that are in sight exist. All have one height, so that a position is a product.
let shown = new Uint32Array(0);
// The place in `shown` of the row that is selected; -1 for none.
let cursor = -1;
const list = $("list"),
  runway = $("runway"),
  detail = $("detail");
// Browsers lose precision, then rows, in elements of more than some ten million pixels.
const RUNWAY_MAX = 8_000_000;
let rowHeight = 88;
const drawn = new Map();

function showRows(passed) {
  const selected = cursor >= 0 ? shown[cursor] : -1;
  shown = passed;
  cursor = selected < 0 ? -1 : shown.indexOf(selected);
  rowHeight = parseFloat(getComputedStyle(list).getPropertyValue("--row")) || 88;
  runway.style.height = `${Math.min(RUNWAY_MAX, shown.length * rowHeight)}px`;
  drawn.forEach((row) => row.remove());
  drawn.clear();
  if (cursor < 0) list.scrollTop = 0;
  drawRows();
}
// In very long lists a pixel of the bar stands for more than a pixel of rows.
const stretch = () => {
  const real = shown.length * rowHeight - list.clientHeight,
    bar = Math.min(RUNWAY_MAX, shown.length * rowHeight) - list.clientHeight;
  return bar > 0 && real > bar ? real / bar : 1;
};
function drawRows() {
  const height = list.clientHeight || 600,
    factor = stretch();
  const offset = list.scrollTop * factor;
  const first = Math.max(0, Math.floor(offset / rowHeight) - 6);
  const last = Math.min(shown.length, Math.ceil((offset + height) / rowHeight) + 6);
  for (const [at, row] of drawn)
    if (at < first || at >= last) {
      row.remove();
      drawn.delete(at);
    }
  for (let at = first; at < last; at++) {
    let row = drawn.get(at);
    if (!row) {
      row = makeRow(at);
      drawn.set(at, row);
      runway.append(row);
    }
    row.style.transform = `translateY(${at * rowHeight - offset + list.scrollTop}px)`;
    row.setAttribute("aria-selected", String(at === cursor));
  }
  if (cursor >= 0 && drawn.has(cursor)) list.setAttribute("aria-activedescendant", `row-${cursor}`);
  else list.removeAttribute("aria-activedescendant");
}
function makeRow(at) {
  const i = shown[at];
  return el(
    "div",
    {
      class: `row s-${levels[findings.severity[i]]}${findings.suppressed[i] ? " off" : ""}`,
      id: `row-${at}`,
      role: "option",
      "aria-setsize": shown.length,
      "aria-posinset": at + 1,
      "data-at": at,
    },
    el(
      "div",
      { class: "line" },
      levelTag(findings.severity[i]),
      el("b", {}, title(i)),
      labelsOf(i).map(labelTag),
      findings.suppressed[i] ? el("span", { class: "tag" }, "suppressed") : null,
    ),
    el("div", { class: "snippet" }, findings.snippet[i]),
    el("div", { class: "where" }, where(i)),
  );
}
function where(i) {
  const place = texts[findings.place[i]];
  if (isFiles)
    return [shorten(texts[findings.resource[i]].replace(/^-$/, "standard input"), 30), place]
      .filter(Boolean)
      .join(" · ");
  return [
    texts[findings.user[i]],
    sources[source[i]],
    Number.isNaN(made[i]) ? "" : formats.day.format(made[i]),
  ]
    .filter(Boolean)
    .join(" · ");
}

function moveTo(at, focus = true) {
  if (!shown.length) return;
  cursor = Math.max(0, Math.min(shown.length - 1, at));
  state.finding = findings.id[shown[cursor]];
  const top = cursor * rowHeight,
    factor = stretch(),
    offset = list.scrollTop * factor,
    height = list.clientHeight;
  if (top < offset) list.scrollTop = top / factor;
  else if (top + rowHeight > offset + height) list.scrollTop = (top + rowHeight - height) / factor;
  drawRows();
  drawDetail();
  writeFragment();
  if (focus) list.focus({ preventScroll: true });
}
list.addEventListener("scroll", () => requestAnimationFrame(drawRows), { passive: true });
list.addEventListener("click", (event) => {
  const row = event.target.closest(".row");
  if (row) moveTo(Number(row.dataset.at));
});
list.addEventListener("keydown", (event) => {
  const page = Math.max(1, Math.floor(list.clientHeight / rowHeight) - 1);
  const step = {
    ArrowDown: 1,
    ArrowUp: -1,
    j: 1,
    k: -1,
    PageDown: page,
    PageUp: -page,
    Home: -Infinity,
    End: Infinity,
  }[event.key];
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (step) {
    event.preventDefault();
    moveTo(step === Infinity ? shown.length - 1 : step === -Infinity ? 0 : cursor + step);
  }
  if (event.key === "Enter" && cursor >= 0) {
    event.preventDefault();
    detail.focus();
  }
  if (event.key === "Escape" && cursor >= 0) close();
});
detail.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    list.focus();
    close();
  }
});
function close() {
  cursor = -1;
  state.finding = "";
  drawRows();
  drawDetail();
  writeFragment();
  list.focus({ preventScroll: true });
}

function drawDetail() {
  const explorer = $("explorer");
  explorer.classList.toggle("open", cursor >= 0);
  if (cursor < 0) {
    fill(detail, el("p", { class: "dim" }, "Choose a finding to see why it was found, and where."));
    return;
  }
  const i = shown[cursor];
  const fact = (name, value) => (value ? [el("dt", {}, name), el("dd", {}, value)] : null);
  const text = (column) => texts[findings[column][i]];
  const same = sameValue(i);
  const why = lists[findings.reasons[i]] ?? [];
  fill(
    detail,
    el("button", { type: "button", class: "close", "aria-label": "Close", onclick: close }, "×"),
    el("h3", {}, title(i)),
    el(
      "p",
      { class: "tags" },
      levelTag(findings.severity[i]),
      el("span", { class: "tag" }, `${levels[findings.confidence[i]]} confidence`),
      labelsOf(i).map(labelTag),
    ),
    findings.suppressed[i]
      ? el("p", { class: "note" }, el("strong", {}, "Suppressed: "), text("suppressed"))
      : null,
    el("blockquote", {}, findings.snippet[i]),
    el("h4", {}, "Why"),
    el(
      "ul",
      { class: "why" },
      why.length
        ? why.map((index) =>
            el("li", { class: /^against|failed$/.test(texts[index]) ? "against" : "" }, texts[index]),
          )
        : el("li", {}, "its shape says enough"),
    ),
    el(
      "p",
      { class: "actions" },
      link(text("href"), "Open the chat"),
      el(
        "button",
        { type: "button", onclick: (event) => copy(event.currentTarget, location.href) },
        "Copy link to this",
      ),
      same > 1
        ? el(
            "button",
            {
              type: "button",
              onclick: () => {
                state.value = new Set([text("fingerprint")]);
                update();
              },
            },
            `Same value in ${number(same)} findings`,
          )
        : null,
    ),
    el(
      "dl",
      {},
      fact("Rule", el("code", {}, text("rule"))),
      fact(
        isFiles ? "File" : "In",
        isFiles
          ? text("resource").replace(/^-$/, "standard input")
          : `${words(text("kind"))} ${text("resource")}`,
      ),
      fact("Place", text("place")),
      fact("Source", isFiles ? "" : sources[source[i]]),
      fact("Bytes", `${number(findings.start[i])}–${number(findings.end[i])} of its text`),
      fact("User", text("user")),
      fact("Chat or project", text("parent")),
      fact(isFiles ? "Folder" : "Project", text("project")),
      fact("Made", text("created") && `${when(text("created"))} UTC`),
      fact("Model", text("model")),
      fact("Product", text("surface")),
      fact(
        "Coverage",
        text("coverage") === "complete" ? "" : `${text("coverage")}: a part of it was not scanned`,
      ),
      isFiles ? null : fact("First seen", `${when(text("first_seen"))} UTC`),
      isFiles ? null : fact("Last seen", `${when(text("last_seen"))} UTC`),
      fact("Organisation", text("tenant")),
      fact("Id", el("code", {}, findings.id[i])),
      fact("Fingerprint", el("code", {}, text("fingerprint"))),
    ),
    el(
      "p",
      { class: "dim" },
      "On the command line: ",
      el(
        "code",
        {},
        isFiles ? `dosimeter rules show ${text("rule")}` : `dosimeter explain ${findings.id[i]}`,
      ),
    ),
  );
}
// How many findings are of the same value, by its fingerprint.
let valueCounts = null;
function sameValue(i) {
  if (!valueCounts) {
    valueCounts = new Uint32Array(texts.length);
    for (const value of findings.fingerprint) valueCounts[value]++;
  }
  return valueCounts[findings.fingerprint[i]];
}
async function copy(button, text) {
  const said = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Copy the address bar";
  }
  setTimeout(() => {
    button.textContent = said;
  }, 1600);
}

// What is printed: the first of what passes, as plain rows.
const PRINTED_MAX = 250;
function preparePrint() {
  const rows = [...shown.subarray(0, PRINTED_MAX)].map((i) =>
    el(
      "li",
      {},
      el(
        "div",
        {},
        levelTag(findings.severity[i]),
        " ",
        el("b", {}, title(i)),
        " ",
        labelsOf(i).map((name) => [labelTag(name), " "]),
        el("span", { class: "dim" }, where(i)),
      ),
      el("div", { class: "snippet" }, findings.snippet[i]),
      el("div", { class: "dim" }, (lists[findings.reasons[i]] ?? []).map((index) => texts[index]).join(", ")),
    ),
  );
  const left = shown.length - rows.length;
  fill(
    $("printed"),
    rows,
    left > 0
      ? el("li", { class: "dim" }, `${number(left)} more are not printed; filter to print them.`)
      : null,
  );
}
addEventListener("beforeprint", preparePrint);
addEventListener("afterprint", () => $("printed").replaceChildren());
