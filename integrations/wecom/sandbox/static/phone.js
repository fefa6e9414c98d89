// One phone: title bar, chat, text box, app menu, and what its member's thumb does.

import { drawCard } from "./card.js";
import { Composer } from "./composer.js";
import { el, icon, link, toast } from "./dom.js";
import { get, post } from "./live.js";
import { drawMenu } from "./menu.js";
import { markdownNodes, textNodes } from "./words.js";

const GAP = 300; // seconds of quiet after which the chat shows the time again
const NEAR = 60; // pixels from the end that still count as "reading the newest"
const ANSWER_LIMIT = 5000; // WeCom waits five seconds for the bot (page 90930)

export class Phone {
  constructor(userid, bot) {
    this.userid = userid;
    this.bot = bot;
    this.entries = new Map();
    this.busy = new Set();
    this.seq = 0;
    this.unread = 0;
    this.lastTime = 0;
    this.menu = null;
    this.printed = [];
    this.build();
  }

  build() {
    this.title = el("span", { class: "phone-member" });
    this.chat = el("div", { class: "chat", role: "log", "aria-label": "聊天", tabindex: "0", onscroll: () => this.scrolled() });
    this.pill = el("button", { type: "button", class: "pill", hidden: true, onclick: () => this.toEnd() });
    this.foot = el("div", { class: "foot" });
    this.composer = new Composer(this);
    const reenter = el("button", { type: "button", class: "tool", "aria-label": "重新进入会话", title: "重新进入会话", onclick: () => this.act("enter", {}) }, icon("reenter"));
    const bar = el("header", { class: "phone-bar" }, el("span", { class: "phone-side" }), el("h2", {}, this.bot.name, this.title), reenter);
    this.screen = el("div", { class: "screen" }, bar, el("div", { class: "chat-box" }, this.chat, this.pill), this.composer.element, this.foot);
    this.element = el("section", { class: "phone", "data-phone": this.userid }, this.screen);
    this.composer.watchDrops(this.screen);
    new ResizeObserver(() => this.wasAtEnd !== false && this.toEnd()).observe(this.chat);
  }

  /** Read the whole phone anew; false when there is no such member. */
  async load() {
    const state = await get(`/control/phones/${encodeURIComponent(this.userid)}`);
    if (!state) return false;
    this.seq = state.seq;
    this.setMember(state.member);
    this.entries.clear();
    this.chat.replaceChildren();
    this.lastTime = 0;
    state.entries.forEach((entry) => this.put(entry, { quiet: true }));
    if (!state.entries.length) this.chat.append(el("p", { class: "chat-empty" }, "还没有消息。发一句「帮助」试试。"));
    this.setMenu(state.menu);
    this.printed = state.printed;
    this.toEnd();
    return true;
  }

  setMember(member) {
    this.name = member.name;
    const marks = [member.plugin && "微信", !member.in_range && "看不到此应用"].filter(Boolean);
    this.title.replaceChildren([member.name, ...marks].join(" · "));
    this.element.setAttribute("aria-label", `${member.name}的手机`);
    this.screen.classList.toggle("out-of-range", !member.in_range);
  }

  setMenu(menu) {
    this.menu = menu;
    this.foot.replaceChildren(...drawMenu(this));
    this.composer.showMenuToggle(Boolean(menu?.button?.length));
  }

  // --- the chat ---

  /** Show an entry that is new, or draw one again that has changed. */
  put(entry, { quiet = false } = {}) {
    const known = this.entries.get(entry.msgid);
    if (known && known.entry.version >= entry.version) return;
    this.seq = Math.max(this.seq, entry.version);
    this.keepPicks(known?.entry, entry);
    const atEnd = this.isAtEnd();
    const element = this.draw(entry);
    if (known) this.replace(known.element, element);
    else this.append(entry, element);
    this.entries.set(entry.msgid, { entry, element });
    if (quiet) return;
    if (atEnd || entry.side === "member") this.toEnd();
    else if (!known) this.showUnread(this.unread + 1);
  }

  // What somebody has ticked but not sent yet survives a redraw, unless the card or its picks were changed meanwhile.
  keepPicks(before, entry) {
    entry.served = JSON.stringify([entry.card, entry.replaced, entry.picks]);
    if (before && before.served === entry.served) entry.picks = before.picks;
  }

  append(entry, element) {
    this.chat.querySelector(".chat-empty")?.remove();
    if (entry.at - this.lastTime > GAP) this.chat.append(el("time", { class: "chat-time", datetime: new Date(entry.at * 1000).toISOString() }, clock(entry.at)));
    this.lastTime = entry.at;
    this.chat.append(element);
  }

  replace(old, element) {
    const focused = old.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    old.replaceWith(element);
    if (focused !== undefined) [...element.querySelectorAll("[data-key]")].find((one) => one.dataset.key === focused)?.focus();
  }

  draw(entry) {
    if (entry.recalled) return el("p", { class: "chat-note", "data-msg": entry.msgid }, "消息已撤回");
    if (entry.hidden) return el("p", { class: "chat-note ghost", "data-msg": entry.msgid }, "机器人发来一张卡片，微信里看不到");
    if (entry.side === "note") return el("p", { class: "chat-note", "data-msg": entry.msgid }, entry.body.content);
    const own = entry.side === "member";
    const avatar = el("span", { class: own ? "avatar own" : "avatar", "aria-hidden": "true" }, own ? this.name.slice(0, 1) : this.bot.badge);
    return el("article", { class: own ? "message own" : "message", "data-msg": entry.msgid, "data-kind": entry.kind }, avatar, this.body(entry));
  }

  body(entry) {
    const { body } = entry;
    if (entry.card) return drawCard(entry, this);
    if (entry.kind === "text") return el("div", { class: "bubble" }, textNodes(body.content));
    if (entry.kind === "markdown") return el("div", { class: "bubble markdown" }, markdownNodes(body.content));
    if (entry.kind === "image") {
      const address = `/media/${encodeURIComponent(body.media_id)}`;
      return el("a", { class: "photo", href: address, target: "_blank" }, el("img", { src: address, alt: "照片", onload: () => this.wasAtEnd !== false && this.toEnd() }));
    }
    if (entry.kind === "textcard") {
      return link(body.url, { class: "bubble article" }, el("strong", {}, body.title), el("span", {}, body.description), el("span", { class: "card-link" }, body.btntxt || "详情"));
    }
    if (entry.kind === "news") return el("div", { class: "bubble article" }, body.articles.map((one) => link(one.url, {}, el("strong", {}, one.title), el("span", {}, one.description))));
    return el("div", { class: "bubble" }, icon("file"), body.title || "文件");
  }

  // --- what the thumb does ---

  pick(entry, question, ids) {
    entry.picks[question] = ids;
  }

  async press(entry, control) {
    const mark = `${entry.msgid} ${control.key}`;
    if (this.busy.has(mark)) return;
    this.setBusy(entry.msgid, mark, true);
    const answers = control.kind === "action" ? undefined : entry.picks;
    await this.act("tap", { label: control.label, key: control.key, msgid: entry.msgid, answers });
    this.setBusy(entry.msgid, mark, false);
  }

  setBusy(msgid, mark, on) {
    if (on) this.busy.add(mark);
    else this.busy.delete(mark);
    const known = this.entries.get(msgid);
    if (!known) return;
    const element = this.draw(known.entry);
    this.replace(known.element, element);
    known.element = element;
  }

  /** Do a gesture through the control API; says so on the page when the bot stays silent. */
  async act(gesture, given) {
    const late = setTimeout(() => toast("机器人 5 秒内没有回应，企业微信会再投递。"), ANSWER_LIMIT);
    const { ok, status, answer } = await post(`/control/phones/${encodeURIComponent(this.userid)}/${gesture}`, given);
    clearTimeout(late);
    if (status === 409 && gesture === "tap") toast("没有按到：这张卡片刚刚变了，请看最新的内容。");
    else if (!ok) toast(`没有发出去：${answer.error}`);
    else if (!answer.answered) toast(silence(answer.statuses));
    return ok;
  }

  // --- scrolling ---

  isAtEnd() {
    return this.chat.scrollHeight - this.chat.scrollTop - this.chat.clientHeight < NEAR;
  }

  scrolled() {
    this.wasAtEnd = this.isAtEnd();
    if (this.wasAtEnd) this.showUnread(0);
  }

  toEnd() {
    this.chat.scrollTop = this.chat.scrollHeight;
    this.wasAtEnd = true;
    this.showUnread(0);
  }

  showUnread(count) {
    this.unread = count;
    this.pill.hidden = count === 0;
    if (count) this.pill.replaceChildren(icon("down"), `${count} 条新消息`);
  }
}

function silence(statuses) {
  const last = statuses.at(-1);
  if (last === "no callback URL") return "机器人还没有配置回调地址，收不到这条。";
  if (last === "dropped") return "这条回调按计划的故障丢掉了。";
  return `机器人没有回应，投递了 ${statuses.length} 次（${last === "refused" ? "连不上" : last === "timeout" ? "超时" : `HTTP ${last}`}）。`;
}

const TIME = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric" });

function clock(seconds) {
  const at = new Date(seconds * 1000);
  return DAY.format(at) === DAY.format(new Date()) ? TIME.format(at) : `${DAY.format(at)} ${TIME.format(at)}`;
}
