// The wall chart's own script: draws the charts, opens the drill-down, keeps what a live update would close.

const charts = new Map();
const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const paper = matchMedia("print");
const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;

function palette() {
  return {
    ink: style("--ink"), soft: style("--soft"), line: style("--line"), accent: style("--accent"),
    green: style("--green-fill"), amber: style("--amber-fill"), red: style("--red-fill"),
  };
}

const axis = (colours) => ({
  axisLine: { lineStyle: { color: colours.line } },
  axisLabel: { color: colours.soft },
  splitLine: { lineStyle: { color: colours.line } },
});

// A tooltip in HTML is styled in line, which the page forbids: it is drawn.
const drawings = {
  trend: (data, colours) => ({
    color: [colours.accent, colours.green],
    legend: { textStyle: { color: colours.soft }, top: 0, right: 0 },
    tooltip: { trigger: "axis", renderMode: "richText" },
    grid: { left: 36, right: 12, top: 30, bottom: 24 },
    xAxis: { type: "category", data: data.labels, ...axis(colours) },
    yAxis: { type: "value", minInterval: 1, ...axis(colours) },
    series: data.series.map((one) => ({ name: one.name, type: "line", symbolSize: 6, data: one.values })),
  }),
  funnel: (data, colours) => ({
    color: [colours.amber, colours.accent, colours.soft, colours.green],
    tooltip: { trigger: "item", renderMode: "richText" },
    grid: { left: 76, right: 40, top: 6, bottom: 10 },
    xAxis: { type: "value", show: false },
    yAxis: { type: "category", inverse: true, data: data.labels, axisTick: { show: false }, ...axis(colours) },
    series: [{
      type: "bar", barMaxWidth: 30, data: data.values, colorBy: "data",
      label: { show: true, position: "right", color: colours.ink },
    }],
  }),
};

// What is drawn leads where the same number in the table beside it leads.
const behind = (chart, line, column) => document
  .querySelectorAll(`#${chart}-table tbody tr`)[line]?.querySelectorAll("td")[column]?.querySelector("a");

function draw(place) {
  const source = document.getElementById(`${place.id}-data`);
  if (!source) return;
  const data = JSON.parse(source.textContent);
  const colours = palette();
  let chart = charts.get(place.id);
  if (!chart || chart.getDom() !== place) {
    chart?.dispose();
    chart = echarts.init(place, null, { renderer: "svg" });
    charts.set(place.id, chart);
    chart.on("click", (one) => behind(place.id, one.dataIndex, one.seriesIndex)?.click());
  }
  chart.setOption({ animation: !isCalm && !paper.matches, textStyle: { fontFamily: "inherit" }, ...drawings[place.dataset.chart](data, colours) });
}

const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);

let opened = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "board") {
    opened = [...document.querySelectorAll("#board details[open]")].map((one) => one.id);
  }
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id === "board") {
    opened.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    drawAll();
  }
  if (event.detail.target.id === "sheet") {
    const dialog = document.getElementById("drawer");
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
  }
});
// A wall that has lost its server must say so: numbers that stand still look like good news.
const state = () => document.getElementById("state");
for (const trouble of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(trouble, (event) => {
    if (event.detail.xhr?.status === 401) location.assign("/wall");
    else if (state()) { state().className = "lost"; state().textContent = state().dataset[event.detail.xhr?.status === 422 ? "far" : "lost"]; }
  });
}

document.addEventListener("click", (event) => {
  // htmx lets a link within a picture lead away as well; here the drawer is enough.
  if (event.target.closest("svg a[hx-get]")) event.preventDefault();
  const asked = event.target.closest("[data-does]");
  if (asked?.dataset.does === "close") document.getElementById("drawer").close();
  if (asked?.dataset.does === "print") print();
  if (asked?.dataset.does === "earlier") step(-1);
  if (asked?.dataset.does === "later") step(1);
  if (asked?.dataset.does === "theme") {
    const root = document.documentElement;
    const isDark = getComputedStyle(root).colorScheme === "dark";
    root.dataset.theme = isDark ? "light" : "dark";
    document.cookie = `wall_theme=${root.dataset.theme};path=/wall;max-age=31536000;samesite=strict`;
    drawAll();
  }
});

document.addEventListener("input", (event) => {
  if (event.target.id !== "days") return;
  const days = Number(event.target.max) - Number(event.target.value);
  const day = new Date(Date.parse(document.getElementById("board").dataset.today) - days * 86400000).toISOString().slice(0, 10);
  event.target.form.elements.as_of.value = days ? day : "";
  const said = days ? day : event.target.dataset.now;
  document.getElementById("days-said").textContent = said;
  event.target.setAttribute("aria-valuetext", said);
});
// A day to the pixel is too much for a thumb.
function step(by) {
  const slider = document.getElementById("days");
  slider.valueAsNumber += by;
  for (const kind of ["input", "change"]) slider.dispatchEvent(new Event(kind, { bubbles: true }));
}

addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
// What is printed is drawn in the colours of paper, at once: nobody waits for a moving line.
paper.addEventListener("change", () => {
  drawAll();
  charts.forEach((chart) => chart.getZr().flush());
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
// Buttons work at once; pictures wait for the library that draws them.
addEventListener("DOMContentLoaded", drawAll);
