// Building page elements: text always goes in as text, never as markup.

/** An element with attributes, event handlers (on…) and children; null, false and undefined are left out. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  photo: ["M3 6.5A1.5 1.5 0 0 1 4.5 5h15A1.5 1.5 0 0 1 21 6.5v11a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5z", "m3 16 5-5 4 4 3-3 6 5", "M15.5 9.2h.01"],
  menu: ["M4 7h16M4 12h16M4 17h16"],
  keyboard: ["M4 6h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1z", "M7 10h.01M11 10h.01M15 10h.01M17.5 10h.01M8 14.5h8"],
  more: ["M5 12h.01M12 12h.01M19 12h.01"],
  chevron: ["m9 5 7 7-7 7"],
  file: ["M7 3h7l4 4v14H7z", "M14 3v4h4"],
  reenter: ["M20 12a8 8 0 1 1-2.5-5.8", "M20 3v4h-4"],
  down: ["M12 5v14", "m6 13 6 6 6-6"],
};

/** One of our own line icons, 24 × 24, in the colour of the text around it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  for (const line of PATHS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", line);
    svg.append(path);
  }
  return svg;
}

/** A link to an http(s) address that opens beside this page; any other address gives plain text. */
export function link(address, attributes, ...children) {
  if (!/^https?:\/\//i.test(address ?? "")) return el("span", attributes, ...children);
  return el("a", { ...attributes, href: address, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/** A message at the foot of the page that goes away by itself. */
export function toast(words) {
  const line = el("p", { class: "toast" }, words);
  document.getElementById("toasts").append(line);
  setTimeout(() => line.remove(), 6000);
}

/** Close an open popup (an element and the button that owns it) on Escape or on a press outside. */
export function closeOnLeave(popup, owner, close) {
  const leave = (event) => {
    const outside = event.type === "pointerdown" && !popup.contains(event.target) && !owner.contains(event.target);
    if (outside || event.key === "Escape") {
      done();
      close();
      if (event.key === "Escape") owner.focus();
    }
  };
  const done = () => ["pointerdown", "keydown"].forEach((name) => document.removeEventListener(name, leave, true));
  ["pointerdown", "keydown"].forEach((name) => document.addEventListener(name, leave, true));
  return done;
}
