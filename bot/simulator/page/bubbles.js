// One transcript entry as WeChat draws it.

import { chatTime } from "./moments.js";

const GAP = 5 * 60 * 1000;
const TONES = 8;

export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

export function dress(avatar, person) {
  const name = (person.nickname || "？").trim();
  const sum = [...(person.openid || name)].reduce((total, char) => total * 31 + char.codePointAt(0), 7);
  avatar.textContent = [...name][0];
  avatar.className = avatar.className.replace(/ ?tone-\d/, "") + ` tone-${Math.abs(sum) % TONES}`;
}

function textBubble(entry, tap) {
  const bubble = element("div", "bubble");
  for (const part of entry.parts.length ? entry.parts : [entry.text]) {
    bubble.append(typeof part === "string" ? part : link(part, tap));
  }
  return bubble;
}

function link(part, tap) {
  if (part.url) {
    const anchor = element("a", "", part.label);
    anchor.href = part.url;
    anchor.target = "_blank";
    anchor.rel = "noopener";
    return anchor;
  }
  const button = element("button", "say-link", part.label);
  button.type = "button";
  button.title = `发送“${part.command}”`;
  button.addEventListener("click", () => tap(part));
  return button;
}

function picture(entry, _tap, view) {
  const button = element("button", "picture");
  button.type = "button";
  button.setAttribute("aria-label", "看大图");
  const image = element("img");
  image.src = `media/${encodeURIComponent(entry.media_id)}`;
  image.alt = "聊天里的图片";
  image.addEventListener("load", () => button.dispatchEvent(new Event("grown", { bubbles: true })));
  image.addEventListener("error", () => button.replaceWith(element("div", "bubble gone", "图片打不开")));
  button.append(image);
  button.addEventListener("click", () => view(image.src));
  return button;
}

function voice(entry, _tap, _view, toast) {
  const button = element("button", `bubble voice voice-${Math.min(5, Math.ceil((entry.seconds || 2) / 4))}`);
  button.type = "button";
  button.setAttribute("aria-label", entry.seconds ? `语音 ${entry.seconds} 秒，播放` : "语音，播放");
  button.append(element("span", "waves"), element("span", "", entry.seconds ? `${entry.seconds}″` : "语音"));
  button.addEventListener("click", () =>
    new Audio(`media/${encodeURIComponent(entry.media_id)}`).play().catch(() => toast("这段语音是 AMR 格式，浏览器放不出来")),
  );
  return button;
}

function place(entry) {
  const card = element("div", "card place");
  card.append(element("strong", "", entry.text || "位置"), element("span", "place-sub", "发送的位置"), element("div", "map"));
  return card;
}

function article(entry) {
  const card = element(entry.url ? "a" : "div", "card article");
  if (entry.url) Object.assign(card, { href: entry.url, target: "_blank", rel: "noopener" });
  card.append(element("strong", "", entry.title || entry.url), element("span", "", entry.text));
  return card;
}

function notice(entry) {
  const card = element("div", "notice");
  card.append(element("h3", "", entry.title));
  const list = element("dl");
  for (const [label, value] of entry.rows) list.append(element("dt", "", label), element("dd", "", value));
  card.append(list);
  if (/^https?:\/\//.test(entry.url)) {
    const more = element("a", "notice-more", "查看详情");
    Object.assign(more, { href: entry.url, target: "_blank", rel: "noopener" });
    card.append(more);
  }
  return card;
}

const SHAPES = { text: textBubble, image: picture, voice, location: place, link: article };
const VIAS = { custom: "客服消息", template: "模板消息", subscription: "订阅通知", passive: "被动回复" };

// Rows are: a time when the talk paused, a grey line, a card over the whole width, or a bubble with its face.
export function rows(entry, before, person, hands) {
  const made = [];
  const at = Date.parse(entry.at);
  if (!before || Math.abs(at - Date.parse(before.at)) > GAP) made.push(element("div", "when", chatTime(at)));
  made.push(row(entry, person, hands));
  return made;
}

function row(entry, person, hands) {
  if (entry.kind === "system") return element("div", "aside", entry.text);
  if (entry.kind === "menu") return element("div", "aside", `你点了菜单“${entry.text}”`);
  if (entry.kind === "template" || entry.kind === "subscription") {
    const wide = element("div", "row wide");
    wide.append(notice(entry));
    return wide;
  }
  const mine = entry.direction === "user";
  const line = element("div", `row ${mine ? "mine" : "theirs"}`);
  if (VIAS[entry.via]) line.title = VIAS[entry.via];
  const face = element("span", mine ? "avatar" : "avatar account");
  face.setAttribute("aria-hidden", "true");
  if (mine) dress(face, person);
  const who = element("span", "hidden-word", mine ? `${person.nickname}：` : "公众号：");
  const shape = SHAPES[entry.kind] || textBubble;
  line.append(face, who, shape(entry, hands.tap, hands.view, hands.toast));
  return line;
}
