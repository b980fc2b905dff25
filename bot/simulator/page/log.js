// The talk itself: what was said, from the newest page upwards, and what came while somebody read above.

import { element, rows } from "./bubbles.js";

const NEAR = 160; // pixels from the end within which a new message scrolls into view
const DRAWN = 300; // entries drawn at once; older ones on request

export class Log {
  constructor(box, news, hands) {
    this.box = box;
    this.news = news;
    this.hands = hands;
    news.addEventListener("click", () => this.sink());
    box.addEventListener("grown", () => this.isPinned && this.sink());
    box.addEventListener("scroll", () => this.scrolled(), { passive: true });
    // A keyboard, a turned phone or a grown typing box must not hide the last words.
    new ResizeObserver(() => this.isPinned && this.sink()).observe(box);
  }

  // The number of the newest entry, or null before the first page was drawn.
  get newest() {
    return this.last?.id ?? null;
  }

  clear(person) {
    this.person = person;
    this.last = null;
    this.box.replaceChildren();
    this.count(0);
  }

  draw(entries) {
    const older = entries.slice(0, -DRAWN);
    this.box.classList.add("still");
    if (older.length) this.box.append(this.earlier(older));
    this.last = older.at(-1) || { id: 0, at: 0 };
    this.append(entries.slice(-DRAWN));
    this.sink();
    requestAnimationFrame(() => this.box.classList.remove("still"));
  }

  earlier(entries) {
    const button = element("button", "earlier", "查看更早的消息");
    button.type = "button";
    button.addEventListener("click", () => {
      const fromEnd = this.box.scrollHeight - this.box.scrollTop;
      const [older, shown] = [entries.slice(0, -DRAWN), entries.slice(-DRAWN)];
      const made = shown.flatMap((entry, index) => this.rows(entry, shown[index - 1] || older.at(-1)));
      button.replaceWith(...(older.length ? [this.earlier(older)] : []), ...made);
      this.box.scrollTop = this.box.scrollHeight - fromEnd;
    });
    return button;
  }

  add(entries) {
    const fresh = entries.filter((entry) => entry.id > (this.last?.id || 0));
    if (!fresh.length) return;
    const isAtEnd = this.isAtEnd();
    this.append(fresh);
    if (isAtEnd || fresh.some((entry) => entry.direction === "user")) this.sink();
    else this.count(this.unread + fresh.length);
  }

  append(entries) {
    for (const entry of entries) {
      this.box.append(...this.rows(entry, this.last));
      this.last = entry;
    }
  }

  rows(entry, before) {
    return rows(entry, before, this.person, this.hands);
  }

  isAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  scrolled() {
    this.isPinned = this.isAtEnd();
    if (this.isPinned) this.count(0);
  }

  sink() {
    this.box.scrollTop = this.box.scrollHeight;
    this.isPinned = true;
    this.count(0);
  }

  count(unread) {
    this.unread = unread;
    this.news.hidden = !unread;
    this.news.textContent = `↓ ${unread} 条新消息`;
  }
}
