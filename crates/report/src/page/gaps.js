// What was not scanned: why, how much of what, and where.
function drawGaps() {
  const counted = data.gap_totals.reduce((sum, [, count]) => sum + count, 0);
  if (!counted && !gaps.reason.length) {
    const any = data.coverage.length > 0;
    return [
      el(
        "p",
        { class: any ? "note good" : "note" },
        any
          ? "Everything that was looked at was scanned completely."
          : "Nothing has been looked at yet, so there is nothing to say about coverage.",
      ),
    ];
  }
  const rows = data.gap_totals.map(([reason, count]) => {
    const [name, advice] = reasons[reason] ?? [words(reason), ""];
    return el(
      "tr",
      {},
      el(
        "th",
        { scope: "row" },
        el(
          "button",
          {
            type: "button",
            class: "text",
            "aria-pressed": "false",
            onclick: (event) => {
              listGaps(gapReason === reason ? null : reason);
              event.currentTarget
                .closest("tbody")
                .querySelectorAll("button")
                .forEach((button) =>
                  button.setAttribute(
                    "aria-pressed",
                    String(button === event.currentTarget && gapReason === reason),
                  ),
                );
            },
          },
          name,
        ),
      ),
      el("td", { class: "figure" }, number(count)),
      el("td", {}, advice),
    );
  });
  const kinds = new Map();
  for (const [kind, coverage, count] of data.coverage) {
    const of = kinds.get(kind) ?? { complete: 0, partial: 0, none: 0 };
    of[coverage] = (of[coverage] ?? 0) + count;
    kinds.set(kind, of);
  }
  const perKind = [...kinds].map(([kind, of]) => {
    const all = of.complete + of.partial + of.none;
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, words(kind === "local" ? "file" : kind)),
      el("td", { class: "figure" }, number(all)),
      el("td", { class: "figure" }, number(all - of.complete)),
      el(
        "td",
        {},
        el(
          "div",
          { class: "bar", role: "img", "aria-label": `${percent(of.complete, all)} complete` },
          [
            ["complete", "c-complete"],
            ["partial", "c-partial"],
            ["none", "c-none"],
          ]
            .filter(([name]) => of[name])
            .map(([name, kind]) => el("span", { class: kind, "--share": of[name] / all })),
        ),
      ),
      el("td", { class: "figure" }, percent(of.complete, all)),
    );
  });
  const body = el("div", { id: "gap-list" });
  queueMicrotask(() => listGaps(null));
  return [
    el(
      "p",
      { class: "note warn" },
      el("strong", {}, "Not scanned is not clean. "),
      `Of these ${plural(counted, "part")} nobody can say what they hold.`,
    ),
    el(
      "div",
      { class: "pair" },
      el(
        "div",
        { class: "card scroll-x" },
        el("h3", {}, "Why"),
        el(
          "table",
          { class: "plain" },
          el(
            "thead",
            {},
            el(
              "tr",
              {},
              el("th", {}, "Reason"),
              el("th", { class: "figure" }, "Parts"),
              el("th", {}, "What it means, and what to do"),
            ),
          ),
          el("tbody", {}, rows),
        ),
      ),
      el(
        "div",
        { class: "card scroll-x" },
        el("h3", {}, "Coverage"),
        el(
          "table",
          { class: "plain" },
          el(
            "thead",
            {},
            el(
              "tr",
              {},
              el("th", {}, "Kind"),
              el("th", { class: "figure" }, "All"),
              el("th", { class: "figure" }, "With gaps"),
              el("th", {}, el("span", { class: "sr" }, "Share")),
              el("th", { class: "figure" }, "Complete"),
            ),
          ),
          el("tbody", {}, perKind),
        ),
      ),
    ),
    body,
  ];
}

let gapReason = null,
  gapRows = 0;

const GAP_PAGE = 50;

function listGaps(reason, more = false) {
  gapReason = reason;
  gapRows = more ? gapRows + 10 * GAP_PAGE : GAP_PAGE;
  const chosen = [];
  for (let i = 0; i < gaps.reason.length; i++)
    if (!reason || texts[gaps.reason[i]] === reason) chosen.push(i);
  const rows = chosen
    .slice(0, gapRows)
    .map((i) =>
      el(
        "tr",
        {},
        el("td", {}, reasons[texts[gaps.reason[i]]]?.[0] ?? words(texts[gaps.reason[i]])),
        isFiles ? null : el("td", {}, words(texts[gaps.kind[i]])),
        el(
          "td",
          { class: "id" },
          texts[gaps.resource[i]] === "-" ? "standard input" : texts[gaps.resource[i]],
        ),
        el("td", {}, texts[gaps.place[i]]),
        isFiles ? null : el("td", {}, link(texts[gaps.href[i]], "Open")),
      ),
    );
  fill(
    $("gap-list"),
    el(
      "div",
      { class: "card scroll-x" },
      el("h3", {}, reason ? `Where: ${(reasons[reason]?.[0] ?? reason).toLowerCase()}` : "Where"),
      el(
        "table",
        { class: "plain" },
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            el("th", {}, "Reason"),
            isFiles ? null : el("th", {}, "Kind"),
            el("th", {}, isFiles ? "File" : "Id"),
            el("th", {}, "Place"),
            isFiles ? null : el("th", {}, "Link"),
          ),
        ),
        el("tbody", {}, rows),
      ),
      chosen.length > rows.length
        ? el(
            "button",
            { type: "button", onclick: () => listGaps(reason, true) },
            `Show more (${number(chosen.length - rows.length)} left)`,
          )
        : null,
    ),
  );
}
