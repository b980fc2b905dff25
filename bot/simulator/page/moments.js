// Times as WeChat writes them, always in Beijing, and the desk's clock.

const ZONE = { timeZone: "Asia/Shanghai", hourCycle: "h23" };
const CLOCK = new Intl.DateTimeFormat("zh-CN", { ...ZONE, hour: "numeric", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" });
const DATE = new Intl.DateTimeFormat("zh-CN", { ...ZONE, month: "long", day: "numeric" });
const WEEKDAY = new Intl.DateTimeFormat("zh-CN", { ...ZONE, weekday: "long" });
const A_DAY = 86400000;

let base = Date.now();
let heard = performance.now();

export function hear(now) {
  base = Date.parse(now);
  heard = performance.now();
}

export function present() {
  return new Date(base + performance.now() - heard);
}

export function clockTime(moment) {
  return CLOCK.format(moment);
}

export function fullTime(moment) {
  return `${DATE.format(moment)} ${WEEKDAY.format(moment)} ${CLOCK.format(moment)}`;
}

// 今天 12:00, 昨天 12:00, 星期一 12:00 or 11月23日 12:00.
export function chatTime(moment) {
  const days = Math.round((Date.parse(DAY.format(present())) - Date.parse(DAY.format(moment))) / A_DAY);
  const time = CLOCK.format(moment);
  if (days === 0) return time;
  if (days === 1) return `昨天 ${time}`;
  if (days === -1) return `明天 ${time}`;
  if (days > 1 && days < 7) return `${WEEKDAY.format(moment)} ${time}`;
  return `${DATE.format(moment)} ${time}`;
}
