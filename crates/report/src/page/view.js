// Making elements. Text only ever becomes text: nothing here parses markup.
const $ = (id) => document.getElementById(id);
function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  return dress(made, attributes, children);
}
function svg(name, attributes = {}, ...children) {
  return dress(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}
function dress(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name.startsWith("--")) made.style.setProperty(name, value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return made;
}
// Puts children into an element in place of what was there.
function fill(holder, ...children) {
  holder.replaceChildren();
  return dress(holder, {}, children);
}
// A link out of the page, only to where a person could go.
function link(href, text) {
  return /^https:\/\//.test(href)
    ? el("a", { href, target: "_blank", rel: "noopener noreferrer" }, text)
    : null;
}
const labelTag = (name) => el("span", { class: `label l-${name}`, title: labelMeanings[name] ?? "" }, name);
const levelTag = (level) => el("span", { class: `level s-${levels[level]}` }, levels[level]);

// One stop for the Tab key in a group; arrow keys move inside of it.
function roving(group, selector) {
  const all = () => [...group.querySelectorAll(selector)];
  const items = all();
  items.forEach((item, index) => {
    item.tabIndex = index === 0 ? 0 : -1;
  });
  group.onkeydown = (event) => {
    const items = all(),
      at = items.indexOf(document.activeElement);
    if (at < 0) return;
    const row = document.activeElement.closest("tr");
    const columns = row ? row.querySelectorAll(selector).length : 1;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    const to = event.key === "Home" ? 0 : event.key === "End" ? items.length - 1 : step ? at + step : -1;
    if (!items[to]) return;
    event.preventDefault();
    items[at].tabIndex = -1;
    items[to].tabIndex = 0;
    items[to].focus();
  };
}
// Draws a group anew, and puts the focus back on what was focused, found again by its key.
function redraw(group, children) {
  const key = group.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  fill(group, children);
  if (key !== undefined) {
    const again = [...group.querySelectorAll("[data-key]")].find((item) => item.dataset.key === key);
    if (again) queueMicrotask(() => again.focus({ preventScroll: true }));
  }
}
// Chooses or unchooses one value of a filter.
function toggle(dimension, value) {
  const set = state[dimension];
  if (set.has(value)) set.delete(value);
  else set.add(value);
  update();
}
