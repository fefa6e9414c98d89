// The wire log: newest first, live; a callback can be delivered again, twice, or several in the order ticked.

import { el, toast } from "./dom.js";
import { follow, get, post } from "./live.js";

const KEPT = 300;
const rows = document.getElementById("rows");
const user = document.getElementById("user");
const inOrder = document.getElementById("in-order");
const outcome = document.getElementById("outcome");
const ticked = [];
let newest = 0;
let reading = Promise.resolve();

/** Fetch what is newer than the newest row; calls wait for each other so that no row comes twice. */
function refresh() {
  reading = reading.then(async () => {
    const records = (await get(`/control/wire?limit=${KEPT}&after=${newest}&user=${encodeURIComponent(user.value)}`)) ?? [];
    if (records.length) newest = records[0].id;
    rows.prepend(...records.map(row));
    while (rows.children.length > KEPT) rows.lastChild.remove();
    document.getElementById("empty").hidden = rows.children.length > 0;
  });
  return reading;
}

function anew() {
  rows.replaceChildren();
  ticked.length = 0;
  inOrder.disabled = true;
  newest = 0;
  return refresh();
}

function row(record) {
  return el(
    "tr",
    { "data-record": record.id },
    el("td", {}, callback(record) && el("input", { type: "checkbox", "aria-label": `勾选第 ${record.id} 条`, onchange: (event) => tick(record.id, event.target.checked) })),
    el("td", { class: "when" }, clock(record.at)),
    el("td", { class: `way way-${record.direction}` }, callback(record) ? "企业微信 → 机器人" : "机器人 → 企业微信"),
    el("td", { class: "which" }, record.name, record.attempt > 1 && ` · 第 ${record.attempt} 次`),
    el("td", {}, record.users.slice(0, 3).join(" "), record.users.length > 3 && ` 等 ${record.users.length} 人`),
    el("td", { class: "which" }, result(record), " ", el("span", { class: "time-taken" }, `${Math.round(record.ms)} ms`)),
    el("td", { class: "content" }, record.notes.map((note) => el("span", { class: "note" }, note)), body(record)),
    el("td", { class: "deeds" }, callback(record) && [deed("再投递", () => again([record.id], 1)), " ", deed("两次", () => again([record.id], 2)), " "], deed("复制 curl", () => copy(record.curl))),
  );
}

const callback = (record) => record.direction === "callback";

function result(record) {
  const good = record.status === 200 && !record.errcode;
  const words = record.errcode && record.status === 200 ? `errcode ${record.errcode}` : String(record.status);
  return el("span", { class: good ? null : "bad" }, good && !callback(record) ? "ok" : words);
}

function body(record) {
  const plain = readable(record.plain);
  const parts = [["明文", plain], ["密文", record.encrypted], [callback(record) ? "被动回复" : "应答", record.reply]];
  const summary = el("summary", {}, plain || record.reply || "（空）");
  return el("details", {}, summary, parts.filter(([, text]) => text).map(([name, text]) => [el("h3", {}, name), el("pre", {}, text)]));
}

// JSON is shown with its Chinese written out, whatever escapes the sender used.
function readable(text) {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

const deed = (words, act) => el("button", { type: "button", class: "plain", onclick: act }, words);

function tick(id, on) {
  if (on) ticked.push(id);
  else ticked.splice(ticked.indexOf(id), 1);
  inOrder.disabled = ticked.length === 0;
}

async function again(ids, times) {
  const { ok, answer } = await post("/control/redeliver", { ids, times });
  outcome.textContent = ok ? `再投递：${answer.statuses.join("、")}` : `没有投递：${answer.error}`;
}

async function copy(line) {
  try {
    await navigator.clipboard.writeText(line);
    outcome.textContent = "已复制 curl 命令";
  } catch {
    toast("浏览器不让复制，请展开内容自己选取。");
  }
}

const TIME = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hourCycle: "h23" });
const clock = (seconds) => TIME.format(new Date(seconds * 1000));

user.addEventListener("change", anew);
inOrder.addEventListener("click", () => again([...ticked], 1));
for (const member of (await get("/control/members")) ?? []) user.append(el("option", { value: member.userid }, `${member.name} · ${member.userid}`));
await refresh();
follow("wire=1", Number(document.body.dataset.seq), {
  line: (up) => (document.getElementById("line").textContent = up ? "" : "连接断开，正在重连…"),
  wire: refresh,
  reset: anew,
});
