// The words of text and markdown messages: the little markup WeCom allows, everything else as plain text.

import { el, link } from "./dom.js";

const ANCHOR = /<a\s+href=["'](https?:\/\/[^"'<>\s]+)["']\s*>([^<]*)<\/a>/gi;

/** Nodes of a text message: `<a href="http…">` becomes a link, any other markup stays visible as typed. */
export function textNodes(content) {
  const nodes = [];
  let end = 0;
  for (const match of content.matchAll(ANCHOR)) {
    nodes.push(content.slice(end, match.index), link(match[1], {}, match[2]));
    end = match.index + match[0].length;
  }
  return [...nodes, content.slice(end)].filter((node) => node !== "");
}

/** Nodes of a markdown message in WeCom's subset: headings, quotes, bold, links, code, three colours. */
export function markdownNodes(content) {
  return content.split("\n").map((line) => {
    const heading = /^(#{1,6}) (.*)$/.exec(line);
    if (heading) return el("p", { class: `md-heading md-${heading[1].length}` }, inline(heading[2]));
    const quote = /^> ?(.*)$/.exec(line);
    if (quote) return el("blockquote", { class: "md-quote" }, inline(quote[1]));
    return el("p", {}, inline(line));
  });
}

const INLINE = [
  [/\*\*(.+?)\*\*/, (m) => el("strong", {}, inline(m[1]))],
  [/`([^`]+)`/, (m) => el("code", {}, m[1])],
  [/\[([^\]]+)\]\((https?:\/\/[^)\s]+)\)/, (m) => link(m[2], {}, m[1])],
  [/<font color="(info|comment|warning)">(.*?)<\/font>/, (m) => el("span", { class: `md-${m[1]}` }, inline(m[2]))],
];

function inline(text) {
  const found = INLINE.map(([pattern, make]) => ({ match: pattern.exec(text), make })).filter(({ match }) => match);
  if (!found.length) return [text];
  const { match, make } = found.reduce((a, b) => (b.match.index < a.match.index ? b : a));
  return [text.slice(0, match.index), make(match), ...inline(text.slice(match.index + match[0].length))];
}
