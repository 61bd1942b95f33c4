// The live page: three small files without a build step, served from memory.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <string_view>

namespace hostwatch {

inline constexpr std::string_view page_html = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>hostwatch</title>
<link rel="stylesheet" href="/page.css">
<script src="/page.js" defer></script>
</head>
<body>
<header>
<h1>hostwatch</h1>
<label>Host <select id="host"></select></label>
<span id="state" role="status">connecting</span>
</header>
<main id="charts"></main>
<table>
<caption>Last 60 seconds</caption>
<thead><tr><th></th><th>p50</th><th>p95</th><th>max</th></tr></thead>
<tbody id="summary"></tbody>
</table>
<footer id="since"></footer>
<noscript>This page needs JavaScript; GET /hosts has the same figures as JSON.</noscript>
</body>
</html>
)html";

inline constexpr std::string_view page_css = R"css(
:root { color-scheme: light dark; font: 16px/1.4 system-ui, sans-serif; }
body { margin: 1rem auto; max-width: 60rem; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; gap: 1rem; align-items: baseline; }
h1 { font-size: 1.3rem; margin: 0; }
#charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 1rem; margin: 1rem 0; }
figure { margin: 0; border: 1px solid #8886; border-radius: .4rem; padding: .5rem; }
figcaption { display: flex; justify-content: space-between; }
svg { width: 100%; height: 5rem; display: block; }
polyline { fill: none; stroke: #2a7de1; stroke-width: 1.5; vector-effect: non-scaling-stroke; }
table { border-collapse: collapse; }
caption { text-align: left; font-weight: 600; }
td, th { padding: .1rem .8rem .1rem 0; text-align: left; font-variant-numeric: tabular-nums; }
)css";

inline constexpr std::string_view page_js = R"js("use strict";
// Everything shown is set as text, never as markup: names come from other hosts.
const percent = v => (100 * v).toFixed(1) + " %";
const plain = v => v.toFixed(2);
function bytes(v) {
  const units = ["B/s", "KiB/s", "MiB/s", "GiB/s"];
  let i = 0;
  while (v >= 1024 && i < units.length - 1) { v /= 1024; ++i; }
  return v.toFixed(i ? 1 : 0) + " " + units[i];
}
const series = [
  { key: "cpu_busy", label: "Processors", show: percent, top: 1 },
  { key: "memory_used", label: "Memory", show: percent, top: 1 },
  { key: "load_one", label: "Load", show: plain },
  { key: "received_bytes_per_second", label: "Received", show: bytes },
  { key: "sent_bytes_per_second", label: "Sent", show: bytes },
];
const keep = 120;
const el = id => document.getElementById(id);
const make = (tag, text) => { const e = document.createElement(tag); if (text !== undefined) e.textContent = text; return e; };
const svg = tag => document.createElementNS("http://www.w3.org/2000/svg", tag);

for (const s of series) {
  const figure = make("figure"), caption = make("figcaption"), chart = svg("svg");
  s.now = make("strong", "-");
  s.line = svg("polyline");
  s.points = [];
  caption.append(make("span", s.label), s.now);
  chart.setAttribute("viewBox", `0 0 ${keep - 1} 100`);
  chart.setAttribute("preserveAspectRatio", "none");
  chart.append(s.line);
  figure.append(caption, chart);
  el("charts").append(figure);
}

function draw(s) {
  const values = s.points.filter(v => v !== null);
  const top = s.top || Math.max(1e-9, ...values);
  s.now.textContent = values.length ? s.show(values[values.length - 1]) : "-";
  s.line.setAttribute("points", s.points
    .map((v, i) => v === null ? "" : `${keep - s.points.length + i},${100 - 98 * v / top}`).join(" "));
}

let source = null, host = "";
function watch(name) {
  if (source) source.close();
  host = name;
  for (const s of series) { s.points = []; draw(s); }
  source = new EventSource(`/hosts/${encodeURIComponent(name)}/live`);
  source.addEventListener("sample", event => {
    el("state").textContent = "live";
    const point = JSON.parse(event.data);
    for (const s of series) {
      s.points.push(point[s.key]);
      if (s.points.length > keep) s.points.shift();
      draw(s);
    }
  });
  source.addEventListener("stopping", () => { el("state").textContent = "the service is stopping"; });
  source.addEventListener("error", () => { el("state").textContent = "reconnecting"; });
  refresh();
}

async function refresh() {
  try {
    const list = await (await fetch("/hosts")).json();
    if (!list.hosts) return;
    const select = el("host"), names = list.hosts.map(h => h.host);
    if (names.join("\n") !== [...select.options].map(o => o.value).join("\n")) {
      select.replaceChildren(...names.map(n => { const o = make("option", n); o.value = n; return o; }));
      if (names.includes(host)) select.value = host;
    }
    el("since").textContent = list.since ? `Samples from before ${list.since} were lost: the store was restarted.` : "";
    if (!host && names.length) return watch(names[0]);
    // A stream that was refused (404 after the store was restarted, 503) is not tried again by the browser.
    if (source && source.readyState === EventSource.CLOSED && names.includes(host)) return watch(host);
    if (!host) return;
    const summary = await (await fetch(`/hosts/${encodeURIComponent(host)}/summary?window=60s`)).json();
    el("summary").replaceChildren(...series.map(s => {
      const row = make("tr"), v = summary[s.key];
      row.append(make("th", s.label), ...["p50", "p95", "max"].map(k => make("td", v ? s.show(v[k]) : "-")));
      return row;
    }));
  } catch (problem) {
    el("state").textContent = "the service cannot be reached";
  }
}
el("host").addEventListener("change", event => watch(event.target.value));
refresh();
setInterval(refresh, 5000);
)js";

} // namespace hostwatch
