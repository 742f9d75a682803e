// Labels over time.
function drawTime(chosen) {
  $("time-card").hidden = isFiles || time.bins === 0;
  if ($("time-card").hidden) return;
  const width = 1000,
    height = 232,
    left = 64,
    bottom = 32,
    plot = width - left - 8;
  const sums = Array.from({ length: time.bins }, (_, bin) =>
    chosen.bins.reduce((sum, label) => sum + label[bin], 0),
  );
  const top = nice(Math.max(1, ...sums));
  // Room for half a line above the topmost, whose number stands beside it.
  const y = (value) => height - bottom - (value / top) * (height - bottom - 18);
  const step = plot / time.bins,
    gap = Math.min(3, step / 5);
  const name = (bin) =>
    time.unit === "month"
      ? new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" }).format(
          time.starts[bin],
        )
      : (time.unit === "week" ? "week of " : "") + formats.day.format(time.starts[bin]);
  // There is no half of a finding.
  const marks = [0, top / 2, top].filter(Number.isInteger);
  const grid = marks.map((value) => [
    svg("line", { class: "grid", x1: left, x2: width - 8, y1: y(value), y2: y(value) }),
    svg(
      "text",
      { x: left - 8, y: y(value), "text-anchor": "end", "dominant-baseline": "central" },
      formats.axis.format(value),
    ),
  ]);
  const every = Math.max(1, Math.ceil(time.bins / 10));
  const bars = sums.map((sum, bin) => {
    let base = 0;
    const x = left + bin * step + gap / 2,
      wide = Math.max(1, step - gap);
    const range = [day(time.starts[bin]), day(time.starts[bin + 1] - 1)];
    const isOn = state.from === range[0] && state.to === range[1];
    const detail = labelNames
      .map((label, bit) => [label, chosen.bins[bit][bin]])
      .filter(([, count]) => count)
      .map(([label, count]) => `${label} ${number(count)}`)
      .join(", ");
    const pieces = labelNames.map((label, bit) => {
      const count = chosen.bins[bit][bin];
      if (!count) return null;
      base += count;
      return svg("rect", {
        class: `fill-${label}`,
        x,
        y: y(base),
        width: wide,
        height: Math.max(0.5, y(base - count) - y(base)),
      });
    });
    const choose = () => {
      [state.from, state.to] = isOn ? ["", ""] : range;
      update();
    };
    return svg(
      "g",
      {
        class: "bin",
        role: "button",
        "data-key": String(bin),
        "aria-pressed": String(isOn),
        "aria-label": `${name(bin)}: ${sum ? detail : "nothing"}`,
        onclick: choose,
        onkeydown: (event) => {
          if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            choose();
          }
        },
      },
      svg("title", {}, `${name(bin)}\n${sum ? detail : "nothing"}`),
      svg("rect", { class: "hit", x: left + bin * step, y: 4, width: step, height: height - bottom - 4 }),
      pieces,
      bin % every === 0
        ? svg(
            "text",
            { x: left + bin * step + 1, y: height - 7 },
            new Intl.DateTimeFormat(
              "en-GB",
              time.unit === "month"
                ? { month: "short", year: "2-digit", timeZone: "UTC" }
                : { day: "numeric", month: "short", timeZone: "UTC" },
            ).format(time.starts[bin]),
          )
        : null,
    );
  });
  $("time-note").textContent =
    `By ${time.unit} in which the content was made. A finding with two labels counts in both. Choose a bar to filter.`;
  redraw($("time"), [
    svg(
      "svg",
      { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": "Labels over time" },
      grid,
      bars,
    ),
    el(
      "ul",
      { class: "key" },
      labelNames.map((label) =>
        el("li", {}, el("i", { class: `l-${label} dot`, "aria-hidden": "true" }), label),
      ),
    ),
  ]);
  roving($("time"), ".bin");
}

// The next round number for the top of an axis.
function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((step) => step >= value) ?? value;
}
