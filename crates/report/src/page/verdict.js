// What it comes to, and what each run attests.
function drawVerdicts() {
  const count = (level) => {
    let found = 0;
    for (let i = 0; i < total; i++) if (!findings.suppressed[i] && findings.severity[i] === level) found++;
    return found;
  };
  const severity = [2, 1, 0].map((level) => [levels[level], count(level), `s-${levels[level]}`]);
  const open = Math.max(0, data.findings_total - suppressedTotal);
  const resources = { complete: 0, partial: 0, none: 0 };
  for (const [, coverage, of] of data.coverage) resources[coverage] = (resources[coverage] ?? 0) + of;
  const all = resources.complete + resources.partial + resources.none;
  const incomplete = resources.partial + resources.none;
  const noun = isFiles ? "file" : "resource";
  const holders = new Set(),
    users = new Set();
  for (let i = 0; i < total; i++)
    if (!findings.suppressed[i]) {
      holders.add(findings.resource[i]);
      if (findings.user[i]) users.add(findings.user[i]);
    }
  const found = el(
    "article",
    { class: `card verdict ${open ? "has" : all && !incomplete ? "good" : "idle"}` },
    el("h2", {}, "Found"),
    el("p", { class: "big" }, number(open), el("small", {}, open === 1 ? " finding" : " findings")),
    bar(severity),
    el(
      "p",
      {},
      open
        ? `In ${plural(holders.size, noun)}${users.size ? ` of ${plural(users.size, "user")}` : ""}.`
        : incomplete
          ? "In what could be scanned. The rest is unknown."
          : all
            ? "Everything was scanned, and nothing was found."
            : "Nothing has been scanned yet.",
    ),
    suppressedTotal
      ? el(
          "p",
          {},
          `${plural(suppressedTotal, "finding")} suppressed, each with its reason. `,
          el(
            "button",
            {
              type: "button",
              class: "text",
              onclick: () => {
                state.suppressed = "only";
                update();
                reveal("findings");
              },
            },
            "Show them",
          ),
        )
      : null,
  );
  const covered = el(
    "article",
    { class: `card verdict ${incomplete || data.failed_items ? "warn" : all ? "good" : "idle"}` },
    el("h2", {}, "Not scanned"),
    el("p", { class: "big" }, number(incomplete), el("small", {}, ` of ${plural(all, noun)}`)),
    bar([
      ["complete", resources.complete, "c-complete"],
      ["partly", resources.partial, "c-partial"],
      ["not at all", resources.none, "c-none"],
    ]),
    el(
      "p",
      {},
      incomplete
        ? [
            el("strong", {}, "Not scanned is not clean. "),
            `${percent(resources.complete, all)} were scanned completely. `,
            el("a", { href: "#gaps", onclick: jump("gaps") }, "See what is missing"),
          ]
        : all
          ? "Every one of them was scanned completely."
          : "There is nothing to judge by.",
    ),
    data.failed_items
      ? el(
          "p",
          {},
          el("strong", {}, `${plural(data.failed_items, "item")} failed`),
          " and will be tried again.",
        )
      : null,
  );
  return [found, covered, currency()];
}

// How fresh and how whole the picture is.
function currency() {
  const run = data.runs[0];
  const left = data.backlog.reduce((sum, row) => sum + row.items, 0);
  if (isFiles) {
    return el(
      "article",
      { class: "card verdict idle" },
      el("h2", {}, "Scanned"),
      el(
        "p",
        { class: "big" },
        number(data.coverage.reduce((sum, row) => sum + row[2], 0)),
        el("small", {}, " files"),
      ),
      el("p", {}, `On ${when(data.written_at)} UTC.`),
      el("p", { class: "break" }, data.of.slice(0, 6).join(", "), data.of.length > 6 ? " …" : ""),
    );
  }
  const state = !run ? "idle" : run.outcome === "completed" && !left ? "good" : "warn";
  return el(
    "article",
    { class: `card verdict ${state}` },
    el("h2", {}, "Last run"),
    el("p", { class: "big word" }, run ? (run.outcome ?? "Not ended") : "None"),
    run
      ? el(
          "p",
          {},
          run.ended_at
            ? `Ended ${when(run.ended_at)} UTC.`
            : `Began ${when(run.started_at)} UTC; it still runs, or was interrupted.`,
        )
      : el("p", {}, "The worker has not run yet."),
    el(
      "p",
      {},
      left
        ? [el("strong", {}, `${plural(left, "item")} known and not done.`)]
        : run
          ? "Nothing that is known is left to do."
          : "",
    ),
    el("p", {}, el("a", { href: "#attestation", onclick: jump("attestation") }, "Attestation")),
  );
}

function bar(parts) {
  const all = parts.reduce((sum, [, count]) => sum + count, 0);
  const shown = parts.filter(([, count]) => count);
  return [
    el(
      "div",
      { class: "bar", "aria-hidden": "true" },
      shown.map(([, count, kind]) => el("span", { class: kind, "--share": count / all })),
    ),
    el(
      "ul",
      { class: "key" },
      parts.map(([name, count, kind]) =>
        el(
          "li",
          { class: count ? "" : "none" },
          el("i", { class: kind, "aria-hidden": "true" }),
          `${number(count)} ${name}`,
        ),
      ),
    ),
  ];
}

function drawAttestation() {
  if (isFiles)
    return [
      el(
        "p",
        { class: "note" },
        `Files as they were on ${when(data.written_at)} UTC, scanned by ${data.program} with rules ${data.ruleset ?? "unknown"}. Whoever repeats the scan with the same rules and key gets the same ids.`,
      ),
    ];
  if (!data.runs.length) return [el("p", { class: "note" }, "No run has been recorded.")];
  const figure = (value) => el("td", { class: "figure" }, value === null ? "–" : number(value));
  const rows = data.runs
    .slice(0, 25)
    .map((run) =>
      el(
        "tr",
        {},
        el("td", { class: "figure" }, String(run.id)),
        el("td", {}, when(run.started_at)),
        el("td", {}, run.ended_at ? when(run.ended_at) : "–"),
        el("td", { class: run.outcome === "completed" ? "ok" : "bad" }, run.outcome ?? "not ended"),
        figure(run.items),
        figure(run.resources),
        figure(run.findings),
        figure(run.gaps),
        figure(run.requests),
        figure(run.backlog),
        el("td", { class: "id" }, run.ruleset),
        el("td", { class: "id" }, run.last_request_id ?? "–"),
      ),
    );
  const head = [
    "Run",
    "Began (UTC)",
    "Ended (UTC)",
    "Outcome",
    "Items",
    "Resources",
    "Findings",
    "Gaps",
    "Requests",
    "Left",
    "Rules",
    "Last request",
  ];
  const figures = new Set(["Run", "Items", "Resources", "Findings", "Gaps", "Requests", "Left"]);
  const latest = data.runs[0];
  return [
    el(
      "p",
      {},
      "What each run of the worker read, under which rules, up to which position. A run without an end was interrupted; the next one goes on where it stopped.",
    ),
    el(
      "div",
      { class: "card scroll-x" },
      el(
        "table",
        { class: "plain" },
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            head.map((name) => el("th", { class: figures.has(name) ? "figure" : "" }, name)),
          ),
        ),
        el("tbody", {}, rows),
      ),
    ),
    data.runs.length > 25
      ? el("p", { class: "dim" }, `${number(data.runs.length - 25)} older runs are not shown.`)
      : null,
    el("details", {}, el("summary", {}, "Positions of the latest run"), el("pre", {}, positions(latest))),
  ];
}

function positions(run) {
  const pretty = (text) => {
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return text;
    }
  };
  return `from ${pretty(run.start_checkpoints)}\nto ${run.end_checkpoints ? pretty(run.end_checkpoints) : "–"}`;
}
