// 按住 说话: held and let go it sends, slid upwards it does not. A key held down does as well.

const LONGEST = 60;
const SLIDE = 80; // pixels upwards that call a recording off

export class Hold {
  constructor(button, send) {
    this.button = button;
    this.send = send;
    this.idle = button.textContent;
    button.addEventListener("pointerdown", (event) => {
      button.setPointerCapture(event.pointerId);
      this.from = event.clientY;
      this.begin();
    });
    button.addEventListener("pointermove", (event) => this.slide(this.from - event.clientY > SLIDE));
    button.addEventListener("pointerup", () => this.end());
    for (const broken of ["pointercancel", "blur"]) button.addEventListener(broken, () => this.end(true));
    button.addEventListener("keydown", (event) => isKey(event) && !event.repeat && this.begin());
    button.addEventListener("keyup", (event) => isKey(event) && this.end());
    button.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  begin() {
    if (this.timer) return;
    this.started = performance.now();
    this.isOff = false;
    this.timer = setInterval(() => this.say(), 250);
    this.say();
  }

  slide(isOff) {
    if (!this.timer || isOff === this.isOff) return;
    this.isOff = isOff;
    this.say();
  }

  end(isBroken = false) {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = null;
    this.button.classList.remove("held", "off");
    this.button.textContent = this.idle;
    if (!isBroken && !this.isOff) this.send(this.seconds());
  }

  say() {
    this.button.classList.add("held");
    this.button.classList.toggle("off", this.isOff);
    this.button.textContent = this.isOff ? "松开 取消" : `松开 发送 ${this.seconds()}″`;
    if (performance.now() - this.started >= LONGEST * 1000) this.end();
  }

  seconds() {
    return Math.max(1, Math.min(LONGEST, Math.round((performance.now() - this.started) / 1000)));
  }
}

function isKey(event) {
  return event.key === " " || event.key === "Enter";
}
