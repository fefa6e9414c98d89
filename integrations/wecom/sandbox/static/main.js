// The page of phones: who sits at them (kept in the address), one live line for all, and the bar above each phone.

import { el, toast } from "./dom.js";
import { follow, get } from "./live.js";
import { Phone } from "./phone.js";

const { alone, bot, badge } = document.body.dataset;
const room = document.getElementById("phones");
const add = document.getElementById("add");
const line = document.getElementById("line");
let members = [];
let seats = [];
let feed = null;

const whoInAddress = () => (alone ? [alone] : (new URL(location).searchParams.get("who") ?? "").split(",").filter(Boolean));
const findMember = (userid) => members.find((one) => one.userid.toLowerCase() === userid.toLowerCase());

async function seat(userid) {
  const kept = seats.find(({ phone }) => phone.userid === userid.toLowerCase());
  if (kept) return kept;
  const phone = new Phone(userid.toLowerCase(), { name: bot, badge });
  if (!(await phone.load())) {
    toast(`没有「${userid}」这个成员。`);
    return null;
  }
  return { phone, element: el("div", { class: "seat" }, bar(phone), phone.element) };
}

function bar(phone) {
  if (alone) return null;
  return el(
    "div",
    { class: "seat-bar" },
    el("select", { "aria-label": "这部手机是谁的", onchange: (event) => swap(phone, event.target.value) }, options(phone.userid)),
    el("a", { class: "plain", href: `/phone/${encodeURIComponent(phone.userid)}`, target: "_blank" }, "单独打开"),
    el("button", { type: "button", class: "plain", "aria-label": `移走${phone.name}的手机`, onclick: () => sit(whoNow().filter((one) => one !== phone.userid)) }, "移走"),
  );
}

function options(chosen) {
  return members.map((one) => el("option", { value: one.userid, selected: one.userid.toLowerCase() === chosen }, `${one.name} · ${one.userid}`));
}

const whoNow = () => seats.map(({ phone }) => phone.userid);

function swap(phone, userid) {
  const who = whoNow();
  const taken = who.indexOf(userid.toLowerCase());
  const own = who.indexOf(phone.userid);
  if (taken >= 0) who[taken] = phone.userid;
  who[own] = userid.toLowerCase();
  sit(who);
}

/** Seat these members, keep the address in step, and follow their phones. Phones that stay keep what was typed. */
async function sit(who, { remember = true } = {}) {
  feed?.stop();
  if (remember && !alone) history.pushState(null, "", `/?who=${who.map(encodeURIComponent).join(",")}`);
  seats = (await Promise.all([...new Set(who)].map(seat))).filter(Boolean);
  room.replaceChildren(...seats.map(({ element }) => element));
  seats.forEach(({ phone, element }) => {
    element.querySelector(".seat-bar select")?.replaceChildren(...options(phone.userid));
    phone.toEnd();
  });
  if (!seats.length) room.append(el("p", { class: "phones-empty" }, members.length ? "没有手机。按「添加手机」。" : "还没有成员。演示或测试会添加他们。"));
  add.hidden = Boolean(alone) || members.length <= seats.length;
  listen();
}

function listen() {
  const after = Math.min(...seats.map(({ phone }) => phone.seq));
  feed = follow(`who=${whoNow().map(encodeURIComponent).join(",")}`, seats.length ? after : 0, {
    line: (up) => line.replaceChildren(up ? "" : "连接断开，正在重连…"),
    entry: ({ user, data }) => seats.find(({ phone }) => phone.userid === user)?.phone.put(data),
    menu: ({ data }) => seats.forEach(({ phone }) => phone.setMenu(data)),
    printed: ({ data }) => seats.forEach(({ phone }) => (phone.printed = data)),
    members: () => refreshMembers(),
    reset: () => refreshMembers().then(() => seats.forEach(({ phone }) => phone.load())),
  });
}

async function refreshMembers() {
  members = (await get("/control/members")) ?? members;
  for (const { phone, element } of seats) {
    const member = findMember(phone.userid);
    if (member) phone.setMember(member);
    element.querySelector(".seat-bar select")?.replaceChildren(...options(phone.userid));
  }
  add.hidden = Boolean(alone) || members.length <= seats.length;
  if (!seats.length) sit(whoInAddress(), { remember: false });
}

add.addEventListener("click", async () => {
  const free = members.find((one) => !whoNow().includes(one.userid.toLowerCase()));
  if (!free) return;
  await sit([...whoNow(), free.userid.toLowerCase()]);
  room.lastElementChild.scrollIntoView({ inline: "center" });
});
window.addEventListener("popstate", () => sit(whoInAddress(), { remember: false }));

members = (await get("/control/members")) ?? [];
await sit(whoInAddress(), { remember: false });
