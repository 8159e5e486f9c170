// The one stylesheet, written by hand: no framework, no font, no picture, nothing of another host. Each colour pair has
// a contrast of 4.5 or more in light and in dark (WCAG 2.2, 1.4.3), and no meaning rests on colour alone.
#include "desk/html.h"

namespace cordon {

std::string_view style_sheet() {
  return R"css(
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --panel: #ffffff; --ink: #1b232b; --soft: #525d68; --line: #d3cfc4; --edge: #76808a;
  --accent: #0a5566; --on-accent: #ffffff; --focus: #b3400a; --tape: #f2b705; --tape-dark: #1b232b;
  --good: #1c6437; --good-back: #e9f4ec; --careful: #754600; --careful-back: #fdf3dc; --bad: #9d1f1b; --bad-back: #fbeae8;
  --plain-back: #eef1f2;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Noto Serif", Georgia, serif;
  --mono: ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12181d; --panel: #1a2229; --ink: #e8ebed; --soft: #aab5be; --line: #36414a; --edge: #7f8b95;
    --accent: #85cfdd; --on-accent: #0b191e; --focus: #ffd166; --tape: #d9a406; --tape-dark: #0b0f12;
    --good: #8ad6a4; --good-back: #16281d; --careful: #f0c274; --careful-back: #2c2412; --bad: #ffa79f; --bad-back: #331b1a;
    --plain-back: #1d262d;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.55 system-ui, "Segoe UI", "Noto Sans", sans-serif; }
main, .bar, header nav, footer > *, .demo { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem; }
main { padding-bottom: 3rem; }
main:focus { outline: none; }
p, ul, ol, dl, .lead { max-width: 42rem; }
h1, h2, h3, .brand { font-family: var(--serif); line-height: 1.2; text-wrap: balance; overflow-wrap: anywhere; }
h1 { font-size: clamp(1.6rem, 1.2rem + 2.2vw, 2.4rem); margin: 1.75rem 0 1rem; font-weight: 600; }
h2 { font-size: 1.4rem; margin: 2.25rem 0 .75rem; font-weight: 600; }
h3 { font-size: 1.1rem; margin: 1.25rem 0 .5rem; }
.step + h1 { margin-top: .25rem; }
.step { margin: 1.75rem 0 0; color: var(--soft); overflow-wrap: anywhere; }
.lead { font-size: 1.2rem; }
.hint, .optional { color: var(--soft); font-size: .95rem; font-weight: normal; }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: .08em; overflow-wrap: anywhere; }
a:hover { text-decoration-thickness: .16em; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 2px; }
code, pre, .receipt, .identifier { font-family: var(--mono); }
code { font-size: .92em; overflow-wrap: anywhere; }
.identifier { font-size: clamp(1.2rem, 1rem + 1.6vw, 1.8rem); }
.as-written { white-space: pre-wrap; overflow-wrap: anywhere; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 4px; padding: .9rem 1rem; overflow-x: auto; font-size: .88rem; line-height: 1.5; tab-size: 4; }
pre.wrap { white-space: pre-wrap; overflow-wrap: anywhere; }

.skip { position: absolute; left: -100vw; top: 0; background: var(--panel); padding: .75rem 1rem; z-index: 1; }
.skip:focus { left: 0; }
.tape { height: 8px; background: repeating-linear-gradient(-45deg, var(--tape) 0 14px, var(--tape-dark) 14px 28px); }
body > header { border-bottom: 1px solid var(--line); background: var(--panel); }
.bar { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: center; justify-content: space-between; padding-top: .9rem; }
.brand { font-size: 1.25rem; font-weight: 600; color: inherit; text-decoration: none; padding: .25rem 0; }
.brand:hover { text-decoration: underline; }
.who { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; }
.who form { margin: 0; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0 1.4rem; padding: 0; margin: 0; max-width: none; }
nav a { display: inline-block; padding: .55rem 0 .5rem; text-decoration: none; border-bottom: 3px solid transparent; }
nav a:hover { border-bottom-color: var(--line); }
nav a[aria-current] { color: var(--ink); font-weight: 600; border-bottom-color: var(--tape); }
.pages a { text-decoration: underline; }
.chart { overflow-x: auto; margin: 1rem 0; }
.chart rect { fill: var(--accent); }
.chart text { fill: var(--ink); font-size: 14px; text-anchor: middle; }
.demo { padding-top: .35rem; padding-bottom: .6rem; color: var(--careful); font-size: .95rem; }
footer { border-top: 1px solid var(--line); padding: .75rem 0 1.5rem; color: var(--soft); }
footer > p { padding-top: .75rem; max-width: 62rem; }

.doors { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); gap: 1rem; margin: 1.75rem 0; }
.door { position: relative; background: var(--panel); border: 1px solid var(--line); border-top: 6px solid var(--accent); border-radius: 4px; padding: 1.25rem; }
.door:hover { border-color: var(--accent); }
.door h2 { margin: 0 0 .5rem; }
.door a::after { content: ""; position: absolute; inset: 0; }
.door p { margin: 0; }

.box { border-left: 6px solid var(--edge); background: var(--plain-back); padding: .25rem 1.1rem; margin: 1.1rem 0; max-width: 42rem; overflow-wrap: anywhere; }
.box.good { border-color: var(--good); background: var(--good-back); }
.box.careful { border-color: var(--careful); background: var(--careful-back); }
.box.bad { border-color: var(--bad); background: var(--bad-back); }
.box[role="alert"] a { display: inline-block; margin: 0 0 1rem; color: var(--bad); font-weight: 600; }
.badge { display: inline-block; border: 1.5px solid currentColor; border-radius: 1rem; padding: 0 .65rem; font-size: .9rem; line-height: 1.6; }
.badge.good { color: var(--good); }
.badge.careful { color: var(--careful); }
.badge.bad { color: var(--bad); }
.card { border: 1px solid var(--line); background: var(--panel); border-radius: 4px; padding: .25rem 1.1rem 1rem; margin: 1rem 0; max-width: 46rem; }
.receipt { font-size: clamp(1rem, .35rem + 4.2vw, 2.1rem); text-align: center; border: 3px dashed var(--edge); background: var(--panel); padding: 1.25rem .5rem; border-radius: 6px; white-space: nowrap; }
.card .step { margin: .9rem 0 0; }
.card h3 { margin-top: .25rem; }
.charter li { margin: .4rem 0; }

dl { margin: 1rem 0; max-width: 52rem; }
dl > div { display: grid; grid-template-columns: minmax(9rem, 13rem) 1fr; gap: .1rem 1.25rem; padding: .5rem 0; border-bottom: 1px solid var(--line); }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
dd > p, dd > ul { margin: 0; }

table { border-collapse: collapse; width: 100%; margin: 1.25rem 0; }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
caption { text-align: left; color: var(--soft); padding-bottom: .4rem; }
th, td { text-align: left; vertical-align: top; padding: .6rem .9rem .6rem 0; border-bottom: 1px solid var(--line); font-weight: normal; font-size: .98rem; }
thead th { color: var(--soft); border-bottom: 2px solid var(--edge); }
tbody th { overflow-wrap: anywhere; }
tbody tr:hover { background: var(--plain-back); }

form { margin: 1.25rem 0; }
.field { margin: 0 0 1.4rem; border: 0; padding: 0; min-width: 0; max-width: 42rem; }
.field > label, legend { display: block; font-weight: 600; margin-bottom: .3rem; padding: 0; }
.field > .hint, .field > .wrong { margin: 0 0 .45rem; }
.wrong { color: var(--bad); font-weight: 600; }
.is-wrong { border-left: 6px solid var(--bad); padding-left: 1rem; }
input, select, textarea, button { font: inherit; color: inherit; }
input:not([type="radio"], [type="checkbox"]), select, textarea { width: 100%; background: var(--panel); border: 1.5px solid var(--edge); border-radius: 4px; padding: .55rem .7rem; min-height: 2.75rem; }
textarea { display: block; resize: vertical; }
.choice { display: grid; grid-template-columns: auto 1fr; gap: 0 .8rem; align-items: start; padding: .6rem 0; border-bottom: 1px solid var(--line); }
.choice input { width: 1.4rem; height: 1.4rem; margin: .12rem 0 0; accent-color: var(--accent); }
.choice label { display: block; }
.choice p { margin: 0; }
fieldset .choice:last-child { border-bottom: 0; }
button { background: var(--accent); color: var(--on-accent); border: 2px solid var(--accent); border-radius: 4px; padding: .5rem 1.25rem; min-height: 2.75rem; font-weight: 600; cursor: pointer; }
button:hover { text-decoration: underline; text-underline-offset: .2em; }
button.second { background: transparent; color: var(--accent); }
.who button { min-height: 2.25rem; padding: .2rem .8rem; }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; }
form .languages { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: 1.5rem; }
form .languages button { min-height: 2.25rem; padding: .2rem .8rem; font-weight: 400; }
.filter { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr)) ; gap: 0 1rem; align-items: end; }
.filter .field { margin-bottom: .75rem; }
.filter button { justify-self: start; margin-bottom: .75rem; }
details { margin: 1rem 0; max-width: 46rem; }
summary { cursor: pointer; color: var(--accent); padding: .35rem 0; text-decoration: underline; text-underline-offset: .18em; }
details[open] > summary { margin-bottom: .5rem; }

@media (max-width: 46rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  table, tbody, caption:not(.heard) { display: block; }
  tbody tr { display: block; background: var(--panel); border: 1px solid var(--line); border-radius: 4px; margin: 0 0 .9rem; padding: .35rem .9rem; }
  tbody th, tbody td { display: grid; grid-template-columns: 8rem minmax(0, 1fr); gap: .75rem; border-bottom: 1px solid var(--line); padding: .45rem 0; overflow-wrap: anywhere; }
  tbody tr > :last-child { border-bottom: 0; }
  tbody th::before, tbody td::before { content: attr(data-label); color: var(--soft); }
  dl > div { grid-template-columns: 1fr; }
}
@media (max-width: 24rem) {
  main, .bar, header nav, footer > *, .demo { padding-left: 1rem; padding-right: 1rem; }
  tbody th, tbody td { grid-template-columns: 6.5rem minmax(0, 1fr); }
}
@media print {
  :root { --paper: #fff; --panel: #fff; --ink: #000; --soft: #333; }
  header nav, footer nav, form, .skip, .who, .tape, details:not([open]) { display: none; }
  body { font-size: 11pt; }
  pre, .card, .box, tr { break-inside: avoid; }
}
)css";
}

}  // namespace cordon
