// The foot of the chat: text box (Enter sends, Shift+Enter breaks the line), and pictures picked, dropped or pasted.

import { el, icon, toast } from "./dom.js";

const PICTURES = ["image/jpeg", "image/png"];
const LIMIT = 10 * 1024 * 1024;

export class Composer {
  constructor(phone) {
    this.phone = phone;
    this.box = el("textarea", {
      rows: "1", class: "composer-text", "aria-label": "发消息", placeholder: "发消息 / 粘贴二维码内容", maxlength: "4000",
      onkeydown: (event) => this.key(event), oninput: () => this.grow(), onpaste: (event) => this.paste(event),
    });
    this.file = el("input", { type: "file", accept: PICTURES.join(), hidden: true, "aria-label": "选择图片", onchange: () => this.chosen() });
    this.toggle = el("button", { type: "button", class: "tool", "aria-label": "收起菜单", "aria-expanded": "true", onclick: () => this.toggleMenu() }, icon("keyboard"));
    this.send = el("button", { type: "submit", class: "composer-send", hidden: true }, "发送");
    const photo = el("button", { type: "button", class: "tool", "aria-label": "发送图片", title: "发送图片", onclick: () => this.file.click() }, icon("photo"));
    this.element = el("form", { class: "composer", onsubmit: (event) => this.submit(event) }, this.toggle, this.box, photo, this.send, this.file);
  }

  // Enter while a Chinese word is still being composed belongs to the input method (keyCode 229 is Safari's way to say so).
  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    this.submit(event);
  }

  async submit(event) {
    event.preventDefault();
    const text = this.box.value;
    if (!text.trim()) return;
    this.box.value = "";
    this.grow();
    if (!(await this.phone.act("say", { text })) && !this.box.value) {
      this.box.value = text;
      this.grow();
    }
  }

  grow() {
    this.box.rows = Math.min(4, this.box.value.split("\n").length);
    this.send.hidden = !this.box.value.trim();
  }

  // --- pictures ---

  chosen() {
    const [file] = this.file.files;
    this.file.value = "";
    if (file) this.sendPicture(file);
  }

  paste(event) {
    const file = [...event.clipboardData.files].find((one) => one.type.startsWith("image/"));
    if (!file) return;
    event.preventDefault();
    this.sendPicture(file);
  }

  watchDrops(screen) {
    const over = (on) => screen.classList.toggle("dropping", on);
    screen.addEventListener("dragover", (event) => { event.preventDefault(); over(true); });
    screen.addEventListener("dragleave", () => over(false));
    screen.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      const [file] = event.dataTransfer.files;
      if (file) this.sendPicture(file);
    });
  }

  async sendPicture(file, gesture = "photo", given = {}) {
    if (!PICTURES.includes(file.type)) return toast("只能发 JPG 或 PNG 图片。");
    if (file.size > LIMIT) return toast("图片超过 10 MB，发不了。");
    return this.phone.act(gesture, { ...given, filename: file.name || "photo.png", data: await base64(file) });
  }

  // --- the menu below ---

  showMenuToggle(shown) {
    this.toggle.hidden = !shown;
  }

  toggleMenu() {
    const hidden = (this.phone.foot.hidden = !this.phone.foot.hidden);
    this.toggle.setAttribute("aria-expanded", String(!hidden));
    this.toggle.setAttribute("aria-label", hidden ? "展开菜单" : "收起菜单");
    this.toggle.replaceChildren(icon(hidden ? "menu" : "keyboard"));
  }
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
