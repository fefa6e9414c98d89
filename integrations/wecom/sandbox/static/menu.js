// The app's menu at the foot of a phone: three groups that pop up, and the scanner behind the scan entries.

import { closeOnLeave, el, icon, toast } from "./dom.js";

/** The bottom bar of a phone: one element for each group; none when the app has no menu. */
export function drawMenu(phone) {
  return (phone.menu?.button ?? []).map((group) => (group.sub_button?.length ? popUp(phone, group) : bottom(phone, group)));
}

function bottom(phone, entry) {
  return el("div", { class: "foot-group" }, el("button", { type: "button", onclick: () => choose(phone, entry, entry.name) }, entry.name));
}

function popUp(phone, group) {
  const list = el("div", { class: "foot-list", role: "menu", "aria-label": group.name, hidden: true });
  const owner = el("button", { type: "button", "aria-haspopup": "menu", "aria-expanded": "false" }, icon("menu"), group.name);
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
  for (const entry of group.sub_button) {
    list.append(el("button", { type: "button", role: "menuitem", onclick: () => { toggle(false); owner.focus(); choose(phone, entry, `${group.name}/${entry.name}`); } }, entry.name));
  }
  return el("div", { class: "foot-group" }, list, owner);
}

function choose(phone, entry, path) {
  if (entry.type.startsWith("scancode")) return scanner(phone, entry.name, path);
  if (entry.type.startsWith("pic_")) return camera(phone, path);
  if (entry.type === "view" && /^https?:\/\//i.test(entry.url)) window.open(entry.url, "_blank", "noopener");
  if (entry.type === "location_select") return toast("沙盒里没有定位。");
  return phone.act("menu", { entry: path });
}

function camera(phone, path) {
  const file = el("input", { type: "file", accept: "image/jpeg,image/png" });
  file.addEventListener("change", () => file.files[0] && phone.composer.sendPicture(file.files[0], "menu", { entry: path }));
  file.click();
}

/** Where a phone would open its camera: paste or type the code, or take one of the printed codes from the tray. */
function scanner(phone, name, path) {
  const box = el("input", { type: "text", "aria-label": "二维码内容", placeholder: "粘贴或输入二维码内容", autocomplete: "off", required: true });
  const scan = (code, symbology = "") => {
    dialog.close();
    phone.act("menu", { entry: path, code, symbology });
  };
  const tray = phone.printed.map((one) =>
    el("button", { type: "button", class: "tray-code", onclick: () => scan(one.code, one.symbology) }, el("strong", {}, one.label || one.code), el("span", {}, one.code)),
  );
  const form = el(
    "form",
    { method: "dialog", onsubmit: (event) => { event.preventDefault(); if (box.value.trim()) scan(box.value.trim()); } },
    el("h2", {}, name),
    box,
    tray.length > 0 && el("p", { class: "tray-head" }, "或拿一张打印好的码"),
    tray.length > 0 && el("div", { class: "tray", role: "group", "aria-label": "打印好的码" }, tray),
    el("div", { class: "dialog-buttons" }, el("button", { type: "button", class: "card-button style-2", onclick: () => dialog.close() }, "取消"), el("button", { type: "submit", class: "card-button style-1" }, "扫这个码")),
  );
  const dialog = el("dialog", { class: "scanner", "aria-label": `${name}：扫码`, onclose: () => dialog.remove() }, form);
  phone.element.append(dialog);
  dialog.showModal();
  box.focus();
}
