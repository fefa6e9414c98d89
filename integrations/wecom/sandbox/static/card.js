// Draws the five kinds of template card as a WeCom client does, from the card's JSON and this phone's copy of it.

import { closeOnLeave, el, icon, link } from "./dom.js";

/**
 * The card of one entry. `hands` gives press(entry, control), pick(entry, question, ids) and busy: Set of "msgid key".
 * The picture to match: source line, title, description, quote, big number, rows, questions, buttons, jump list.
 */
export function drawCard(entry, hands) {
  const { card } = entry;
  return el(
    "div",
    { class: "card", "data-card": card.card_type },
    source(entry, hands),
    heading(card),
    emphasis(card.emphasis_content),
    picture(card.card_image),
    pictureText(card.image_text_area),
    quote(card.quote_area),
    card.sub_title_text && el("p", { class: "card-subtitle" }, card.sub_title_text),
    (card.vertical_content_list ?? []).map(vertical),
    rows(card.horizontal_content_list),
    card.button_selection && dropDown(entry, card.button_selection, hands),
    (card.select_list ?? []).map((question) => dropDown(entry, question, hands)),
    card.checkbox && vote(entry, card.checkbox, hands),
    buttons(entry, hands),
    jumps(card.jump_list),
  );
}

function source(entry, hands) {
  const { source: from, action_menu: menu } = entry.card;
  if (!from?.desc && !menu?.action_list) return null;
  return el(
    "div",
    { class: "card-source" },
    from?.desc && el("span", { class: "card-square" }),
    from?.desc && el("span", { class: `card-from colour-${from.desc_color ?? 0}` }, from.desc),
    menu?.action_list && more(entry, menu, hands),
  );
}

function more(entry, menu, hands) {
  const list = el(
    "div",
    { class: "card-actions", role: "menu", "aria-label": menu.desc || "更多", hidden: true },
    menu.desc && el("p", { class: "card-actions-head" }, menu.desc),
    menu.action_list.map((item) => {
      const control = { kind: "action", label: item.text, key: item.key };
      return el("button", { type: "button", role: "menuitem", onclick: () => { toggle(false); hands.press(entry, control); } }, item.text);
    }),
  );
  const owner = el("button", { type: "button", class: "card-more", "aria-label": "更多操作", "aria-haspopup": "menu", "aria-expanded": "false" }, icon("more"));
  let forget = () => {};
  const toggle = (open) => {
    list.hidden = !open;
    owner.setAttribute("aria-expanded", String(open));
    forget();
    if (open) {
      forget = closeOnLeave(list, owner, () => toggle(false));
      list.querySelector("button").focus();
    }
  };
  owner.addEventListener("click", () => toggle(list.hidden));
  return [owner, list];
}

function heading(card) {
  const { title, desc } = card.main_title ?? {};
  const address = card.card_action?.type === 1 ? card.card_action.url : null;
  return [
    title && el("h3", { class: "card-title" }, address ? link(address, {}, title) : title),
    desc && el("p", { class: "card-desc" }, desc),
  ];
}

function emphasis(part) {
  if (!part?.title && !part?.desc) return null;
  return el("div", { class: "card-emphasis" }, part.title && el("strong", {}, part.title), part.desc && el("span", {}, part.desc));
}

// Pictures on cards have public addresses; the sandbox never leaves this machine, so it draws a frame in their place.
function picture(image) {
  if (!image?.url) return null;
  const wide = (image.aspect_ratio ?? 1.3) >= 1.8;
  return el("div", { class: wide ? "card-picture wide" : "card-picture", role: "img", "aria-label": "图片" }, icon("photo"));
}

function pictureText(area) {
  if (!area?.image_url) return null;
  const words = el("span", { class: "card-area-words" }, area.title && el("strong", {}, area.title), area.desc && el("span", {}, area.desc));
  const frame = el("span", { class: "card-area-picture", role: "img", "aria-label": "图片" }, icon("photo"));
  return link(area.type === 1 ? area.url : null, { class: "card-area" }, frame, words);
}

function quote(area) {
  if (!area || (!area.title && !area.quote_text)) return null;
  const words = [area.title && el("strong", {}, area.title), area.quote_text && el("span", {}, area.quote_text)];
  return link(area.type === 1 ? area.url : null, { class: "card-quote" }, words);
}

function vertical(row) {
  return el("div", { class: "card-vertical" }, el("strong", {}, row.title), row.desc && el("span", {}, row.desc));
}

function rows(list = []) {
  if (!list.length) return null;
  return el("dl", { class: "card-rows" }, list.flatMap((row) => [el("dt", {}, row.keyname), el("dd", {}, rowValue(row))]));
}

function rowValue(row) {
  if (row.type === 1) return link(row.url, { class: "card-link" }, row.value || row.keyname);
  if (row.type === 2) return el("span", { class: "card-link" }, icon("file"), row.value ?? "");
  if (row.type === 3) return el("span", { class: "card-link" }, row.value || row.userid);
  return row.value ?? "";
}

function dropDown(entry, question, hands) {
  const [picked = ""] = entry.picks[question.question_key] ?? [];
  const options = question.option_list.map((one) => el("option", { value: one.id, selected: one.id === picked }, one.text));
  if (!picked) options.unshift(el("option", { value: "", selected: true, disabled: true, hidden: true }, "请选择"));
  const choose = (event) => hands.pick(entry, question.question_key, [event.target.value]);
  const locked = Boolean(question.disable || entry.replaced);
  const select = el("select", { disabled: locked, "aria-label": question.title || "请选择", onchange: choose }, options);
  return el("label", { class: "card-select" }, el("span", {}, question.title || ""), select);
}

function vote(entry, question, hands) {
  const several = question.mode === 1;
  const locked = Boolean(question.disable || entry.replaced);
  const picked = entry.picks[question.question_key] ?? [];
  const list = el("fieldset", { class: "card-vote", disabled: locked, "aria-label": entry.card.main_title.title });
  const choose = () => hands.pick(entry, question.question_key, [...list.querySelectorAll("input:checked")].map((box) => box.value));
  for (const one of question.option_list) {
    const attributes = { type: several ? "checkbox" : "radio", name: entry.msgid + entry.user, value: one.id, checked: picked.includes(one.id) };
    list.append(el("label", {}, el("input", { ...attributes, onchange: choose }), el("span", {}, one.text)));
  }
  return list;
}

function buttons(entry, hands) {
  const { card } = entry;
  if (entry.replaced) {
    return el("div", { class: "card-buttons" }, el("button", { type: "button", class: "card-button replaced", disabled: true }, entry.replaced));
  }
  const drawn = (card.button_list ?? []).map((one) =>
    one.type === 1
      ? link(one.url, { class: `card-button style-${style(one.style)}` }, one.text)
      : button(entry, { kind: "button", label: one.text, key: one.key }, style(one.style), hands),
  );
  if (card.submit_button) drawn.push(button(entry, { kind: "submit", label: card.submit_button.text, key: card.submit_button.key }, 1, hands));
  return drawn.length ? el("div", { class: "card-buttons" }, drawn) : null;
}

// An absent or unknown style is 1 (page 90236).
const style = (wanted) => ([1, 2, 3, 4].includes(wanted) ? wanted : 1);

function button(entry, control, look, hands) {
  const busy = hands.busy.has(`${entry.msgid} ${control.key}`);
  return el(
    "button",
    {
      type: "button", class: `card-button style-${look}`, disabled: busy, "aria-busy": busy ? "true" : null,
      "data-key": control.key, onclick: () => hands.press(entry, control),
    },
    busy && el("span", { class: "spinner", "aria-hidden": "true" }),
    control.label,
  );
}

function jumps(list = []) {
  if (!list.length) return null;
  return el("div", { class: "card-jumps" }, list.map((row) => link(row.type === 1 ? row.url : null, { class: "card-jump" }, el("span", {}, row.title), icon("chevron"))));
}
