/** The inspector's style sheet: the phone's colours on a context full of paper. */
export const INSPECTOR_CSS = `
:root {
  --green: #0a6b3e; --green-soft: #e3f3ea; --on-green: #ffffff; --ink: #17201b; --soft: #56655d; --line: #e0e8e3;
  --paper: #ffffff; --ground: #f3f7f4; --well: #f4f7f5; --bad: #a5302a; --bad-soft: #fbe9e7; --wait: #7a4b06;
  --wait-soft: #fbf0da; --sky: #1f5a86; --sky-soft: #e4eff8; --shadow: 0 1px 2px rgb(0 40 20 / 5%), 0 10px 30px rgb(0 40 20 / 5%);
  --mono: ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", Consolas, monospace;
  font: 15px/1.5 system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --green: #48cd8c; --green-soft: #153427; --on-green: #06210f; --ink: #e8f0eb; --soft: #a1b0a8; --line: #29342e;
    --paper: #181f1b; --ground: #0f1411; --well: #111713; --bad: #ff9489; --bad-soft: #3b1f1c; --wait: #f1bd6a;
    --wait-soft: #35280f; --sky: #8cc5f0; --sky-soft: #14293a; --shadow: none;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); }
h1, h2, p, ul, ol, dl, dd, figure, fieldset { margin: 0; padding: 0; }
ul, ol { list-style: none; }
fieldset { border: 0; min-width: 0; }
h1 { font-size: 28px; line-height: 1.25; letter-spacing: -0.4px; overflow-wrap: anywhere; }
h2 { font-size: 15px; font-weight: 650; }
a { color: var(--green); text-underline-offset: 3px; }
button, input, select { font: inherit; color: inherit; }
time, .money, .number { font-variant-numeric: tabular-nums; }
code, pre, .mono { font: 13px/1.6 var(--mono); }
code { overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--green); outline-offset: 2px; border-radius: 6px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 16px; top: -60px; padding: 8px 14px; background: var(--paper); border-radius: 10px; z-index: 5; }
.skip:focus { top: 10px; }
[hidden] { display: none !important; }

.top {
  position: sticky; top: 0; z-index: 3; display: flex; align-items: center; gap: 8px 24px; height: 64px;
  padding: 0 max(24px, calc((100% - 1200px) / 2 + 24px)); background: var(--paper); border-bottom: 1px solid var(--line);
}
.brand { display: flex; align-items: center; gap: 11px; font-weight: 650; color: var(--ink); text-decoration: none; white-space: nowrap; }
.mark rect { fill: var(--green); }
.mark path { fill: var(--on-green); stroke: var(--on-green); stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; }
.mark path[fill="none"] { fill: none; }
.tabs { display: flex; gap: 4px; }
.tabs a { padding: 6px 14px; border-radius: 999px; color: var(--soft); text-decoration: none; font-weight: 550; white-space: nowrap; }
.tabs a:hover { color: var(--ink); background: var(--well); }
.badge { margin-left: 6px; padding: 1px 7px; border-radius: 999px; background: var(--wait-soft); color: var(--wait); font-size: 12px; font-weight: 650; }
.tabs a[aria-current] { color: var(--green); background: var(--green-soft); }
.top-end { display: flex; align-items: center; gap: 18px; margin: 0 94px 0 auto; white-space: nowrap; font-size: 14px; }
.now { color: var(--soft); text-decoration: none; }
.now:hover { color: var(--ink); }
.to-phone { display: flex; align-items: center; gap: 7px; font-weight: 550; text-decoration: none; }
.to-phone:hover span { text-decoration: underline; text-underline-offset: 3px; }
.to-phone svg { fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; }
.language {
  position: absolute; right: max(24px, calc((100% - 1200px) / 2 + 24px)); top: 17px; z-index: 4; padding: 4px 13px;
  border-radius: 999px; font-size: 14px; color: var(--ink); text-decoration: none; border: 1px solid var(--line);
  background: var(--paper);
}
.language:hover { border-color: var(--soft); }

main { max-width: 1200px; margin: 0 auto; padding: 34px 24px 72px; }
.head { display: flex; flex-wrap: wrap; align-items: flex-end; justify-content: space-between; gap: 10px 24px; margin-bottom: 20px; }
.head > div { min-width: 0; }
.head p { color: var(--soft); max-width: 72ch; overflow-wrap: anywhere; margin-top: 2px; }
.head h1 { display: flex; align-items: center; gap: 12px; }
.head .tag { font-size: 15px; padding: 4px 14px; align-self: center; }
.back { margin-bottom: 12px; font-size: 14px; }
.back a { text-decoration: none; }
.back a:hover { text-decoration: underline; }

.live { display: flex; align-items: center; gap: 12px; font-size: 14px; color: var(--soft); margin: 0; }
.live > span { display: none; align-items: center; gap: 8px; }
.live > span::before { content: ""; width: 9px; height: 9px; border-radius: 50%; background: var(--soft); }
[data-state="live"] .live-is, [data-state="away"] .live-away, [data-state="paused"] .live-paused { display: flex; }
.live .live-is::before { background: var(--green); box-shadow: 0 0 0 4px var(--green-soft); }
[data-state="live"] .reload { display: none; }
[aria-pressed="true"] { background: var(--green-soft); border-color: var(--green); color: var(--green); }

.button {
  display: inline-flex; align-items: center; justify-content: center; min-height: 42px; padding: 0 18px; border-radius: 12px;
  border: 1px solid var(--line); background: var(--paper); color: var(--ink); font-weight: 550; text-decoration: none; cursor: pointer;
}
.button:hover { border-color: var(--soft); }
.button.small { min-height: 30px; padding: 0 12px; font-size: 13px; border-radius: 9px; }
.button.primary { background: var(--green); border-color: var(--green); color: var(--on-green); }
.button.primary:hover { filter: brightness(1.08); }
.button.bad { color: var(--bad); }
.button.bad:hover { border-color: var(--bad); }

input:not([type="radio"]), select {
  width: 100%; height: 42px; padding: 0 14px; border-radius: 12px; border: 1px solid var(--line); background: var(--paper); min-width: 0;
}
input::placeholder { color: var(--soft); opacity: 1; }
input[type="radio"] { accent-color: var(--green); width: 17px; height: 17px; margin: 3px 0 0; flex: none; }

.search { display: flex; flex-wrap: wrap; gap: 10px 16px; align-items: center; margin-bottom: 18px; }
.search form { display: flex; gap: 8px; flex: 1 1 360px; max-width: 520px; }
.search .button { flex: none; }
.pills { display: flex; flex-wrap: wrap; gap: 6px; }
.pills a {
  display: block; padding: 6px 14px; border-radius: 999px; border: 1px solid var(--line); background: var(--paper);
  color: var(--soft); text-decoration: none; font-size: 14px;
}
.pills a:hover { border-color: var(--soft); color: var(--ink); }
.pills a[aria-current] { background: var(--green-soft); border-color: transparent; color: var(--green); font-weight: 600; }
.pills .pill-bad[aria-current] { background: var(--bad-soft); color: var(--bad); }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) 320px; gap: 20px; align-items: start; }
.columns.even { grid-template-columns: minmax(0, 1.35fr) minmax(0, 1fr); }
.stack, .rail { display: grid; gap: 20px; min-width: 0; }
.follow { position: sticky; top: 84px; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 18px; box-shadow: var(--shadow); overflow: clip; min-width: 0; }
.card > h2 { padding: 15px 20px 0; }
.card > p { padding: 8px 20px 0; }
.card > p:last-child { padding-bottom: 18px; }
.none { color: var(--soft); font-size: 14px; padding: 8px 20px 18px; }
.alone { max-width: 560px; margin: 40px auto; padding: 14px 10px 12px; }
.alone h1 { padding: 12px 20px 4px; font-size: 22px; }
.alone form { display: flex; gap: 10px; padding: 16px 20px; }
.danger p:not(:last-child) { color: var(--soft); max-width: 60ch; }
.list { overflow: clip; }
.day { padding: 12px 20px 6px; font-size: 13px; font-weight: 600; color: var(--soft); font-variant-numeric: tabular-nums; }
.activities > li, .orders > li { position: relative; display: grid; align-items: center; gap: 2px 14px; padding: 10px 20px; border-top: 1px solid var(--line); }
.list section:first-child .activities > li:first-child { border-top-color: transparent; }
.orders > li:first-child { border-top: 0; }
.activity { grid-template-columns: 28px 66px minmax(0, 1.3fr) minmax(0, 1fr) minmax(150px, auto); }
.order { grid-template-columns: 168px minmax(0, 1fr) 68px 110px 106px; }
.activity:hover, .order:hover { background: var(--well); }
.activity time, .order time { color: var(--soft); font-size: 14px; }
.activity-title { color: var(--ink); font-weight: 600; text-decoration: none; min-width: 0; }
.activity-title::after { content: ""; position: absolute; inset: 0; }
.activity-title:focus-visible { outline: none; }
.activity-title:focus-visible::after { outline: 3px solid var(--green); outline-offset: -3px; border-radius: 6px; }
.activity-title span { display: block; font: 13px/1.5 var(--mono); color: var(--soft); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.activity-where { color: var(--soft); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.order .money { text-align: right; font-weight: 600; }
.order-kind { color: var(--soft); font-size: 14px; }
.activity .tag, .order .tag { justify-self: end; }
.arrow { display: block; flex: none; }
.arrow rect { fill: var(--sky-soft); }
.arrow path { fill: none; stroke: var(--sky); stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; }
.arrow.delivery rect { fill: var(--green-soft); }
.arrow.delivery path { stroke: var(--green); }
.tag {
  display: inline-block; padding: 2px 10px; border-radius: 999px; font-size: 13px; font-weight: 600; overflow-wrap: anywhere;
  background: var(--well); color: var(--soft);
}
.tag.good { background: var(--green-soft); color: var(--green); }
.tag.bad { background: var(--bad-soft); color: var(--bad); }
.tag.wait { background: var(--wait-soft); color: var(--wait); }
@keyframes arrive { from { background: var(--green-soft); } }
.arrived { animation: arrive 2.4s ease-out; }
@media (prefers-reduced-motion: reduce) { .arrived { animation: none; } }
.pages { display: flex; justify-content: center; gap: 24px; padding: 18px; }
.pages a { padding: 6px 4px; }
.empty { padding: 52px 24px; text-align: center; color: var(--soft); }
.empty svg { fill: none; stroke: var(--soft); stroke-width: 2; stroke-linejoin: round; opacity: 0.55; margin-bottom: 10px; }
.empty-title { font-size: 17px; font-weight: 600; color: var(--ink); margin-bottom: 2px; }
.empty p + p { margin-top: 6px; }
.address { display: inline-block; margin-top: 8px; padding: 6px 14px; border-radius: 10px; background: var(--well); color: var(--ink); }
.short { padding: 6px 20px 14px; }
.short li { display: flex; justify-content: space-between; align-items: baseline; gap: 14px; padding: 8px 0; font-size: 14px; }
.short li + li { border-top: 1px solid var(--line); }
.short a { color: var(--ink); text-decoration: none; min-width: 0; }
.short a:hover strong { text-decoration: underline; text-underline-offset: 3px; }
.short strong, .short a span { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.short strong { font-weight: 600; }
.short a span { color: var(--soft); font-size: 13px; }
.short time { flex: none; color: var(--soft); font-size: 13px; }
.short .money { flex: none; font-weight: 600; }
.prepays li { display: block; }
.prepays li > span { display: block; color: var(--soft); font-size: 13px; }
.facts { padding: 8px 20px 12px; }
.facts div { padding: 8px 0; font-size: 14px; }
.facts div + div { border-top: 1px solid var(--line); }
.facts dt { color: var(--soft); font-size: 13px; }
.facts dd { overflow-wrap: anywhere; }
.fields { padding: 8px 20px 0; }
.fields:last-child { padding-bottom: 18px; }
.fields div { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: 16px; padding: 5px 0; font: 13px/1.6 var(--mono); }
.fields dt { color: var(--soft); overflow-wrap: anywhere; }
.fields dd { overflow-wrap: anywhere; white-space: pre-wrap; }
.fields em { color: var(--soft); }
figure { padding: 10px 20px 18px; }
figcaption { display: flex; justify-content: space-between; align-items: center; gap: 12px; min-height: 30px; margin-bottom: 6px; font-size: 13px; color: var(--soft); }
pre { margin: 0; padding: 12px 16px; border-radius: 12px; background: var(--well); white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; }
.hint { margin-top: 8px; font-size: 13px; color: var(--soft); }
.why { font-size: 16px; overflow-wrap: anywhere; }
.why code { margin-left: 10px; }
.cause { overflow-wrap: anywhere; }
.rule { font-size: 14px; color: var(--soft); overflow-wrap: anywhere; }
.headers { padding: 10px 20px 0; font-size: 14px; }
details summary { cursor: pointer; color: var(--soft); }
details[open] summary { margin-bottom: 8px; }
.standing { display: flex; gap: 8px; padding: 18px 20px 0; }
.standing .tag { font-size: 15px; padding: 4px 14px; }
.order-buttons { display: flex; flex-wrap: wrap; gap: 8px; padding: 14px 20px 4px; }
.order-buttons .button { flex: 1 1 auto; }
.more { padding: 8px 20px 0; font-size: 14px; }
.message { padding: 11px 18px; margin-bottom: 18px; border-radius: 14px; background: var(--green-soft); color: var(--green); font-weight: 550; }
.message.bad { background: var(--bad-soft); color: var(--bad); }
.refund-form { display: flex; align-items: end; gap: 10px; padding: 4px 20px 20px; }
.refund-form label { flex: 1; min-width: 0; font-size: 13px; color: var(--soft); }
.earlier { padding: 12px 20px 0; }
.timeline { padding: 12px 20px 20px; }
.step { position: relative; padding: 9px 0 9px 26px; }
.step::before { content: ""; position: absolute; left: 6px; top: 0; bottom: 0; width: 2px; background: var(--line); }
.step:first-child::before { top: 18px; }
.step:last-child::before { bottom: calc(100% - 18px); }
.step::after { content: ""; position: absolute; left: 1px; top: 13px; width: 12px; height: 12px; border-radius: 50%; background: var(--sky); box-shadow: 0 0 0 3px var(--paper); }
.step.delivery::after, .step.paid::after { background: var(--green); }
.step.upcoming::after { background: var(--paper); border: 2px solid var(--wait); }
.step > time { color: var(--soft); font-size: 13px; }
.step-title { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 10px; font-weight: 600; }
.step-title a { color: var(--ink); text-decoration: none; }
.step-title a:hover { text-decoration: underline; text-underline-offset: 3px; }
.step-title .arrow { width: 22px; height: 22px; }
.step details { margin-top: 4px; font-size: 14px; }
.step pre + pre { margin-top: 8px; }
.faults { padding: 6px 20px 4px; }
.faults li { display: flex; align-items: center; justify-content: space-between; gap: 14px; padding: 11px 0; }
.faults li + li { border-top: 1px solid var(--line); }
.faults p { min-width: 0; }
.faults p > * { display: block; overflow-wrap: anywhere; }
.faults p span { font-size: 14px; color: var(--soft); }
.faults .for { font-size: 13px; }
.faults .button { flex: none; }
.all-off { padding: 10px 20px 20px; }
.all-off .button { width: 100%; }
.fault-form { display: grid; gap: 18px; padding: 18px 20px 20px; }
legend { padding: 0; margin-bottom: 8px; font-size: 15px; font-weight: 650; }
.choices { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; }
.choices legend { grid-column: 1 / -1; }
.choice { display: flex; gap: 10px; padding: 10px 12px; border: 1px solid var(--line); border-radius: 12px; cursor: pointer; }
.choice:hover { border-color: var(--soft); }
.choice:has(:checked) { border-color: var(--green); background: var(--green-soft); }
.choice strong { display: block; font-weight: 600; line-height: 1.4; }
small { display: block; font-size: 13px; color: var(--soft); line-height: 1.4; }
.choice:has(:checked) small { color: var(--ink); }
.fault-end {
  position: sticky; bottom: 0; display: flex; flex-wrap: wrap; align-items: end; justify-content: space-between; gap: 10px 16px;
  margin: 0 -20px -20px; padding: 12px 20px; background: var(--paper); border-top: 1px solid var(--line);
}
.often { display: flex; flex-wrap: wrap; align-items: center; }
.often label { display: inline-flex; align-items: center; gap: 8px; margin-right: 18px; }
.often label input[type="number"] { width: 5.5rem; }
.often label input[type="radio"] { margin: 0; }
.field-row { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; }
.field-row label > span, .field > span, .free span { display: block; margin-bottom: 4px; font-size: 14px; }
.field-row small { margin-top: 4px; }

.clock-card { padding: 26px 24px 6px; text-align: center; }
.clock-day { color: var(--soft); font-variant-numeric: tabular-nums; }
.clock-time { font-size: 64px; line-height: 1.1; font-weight: 650; letter-spacing: -2px; font-variant-numeric: tabular-nums; }
.clock-ahead { color: var(--soft); }
.clock-card .leaps { display: grid; grid-template-columns: repeat(4, 1fr); gap: 8px; margin: 22px 0 18px; }
.free { display: grid; grid-template-columns: 1fr 1fr auto; gap: 10px; align-items: end; text-align: left; }

@media (max-width: 980px) {
  .columns, .columns.even { grid-template-columns: minmax(0, 1fr); }
  .follow { position: static; }
  .now { display: none; }
}
@media (max-width: 760px) {
  .top { position: static; flex-wrap: wrap; height: auto; padding: 12px 16px 0; gap: 8px 14px; }
  .brand { padding-right: 128px; width: 100%; }
  .brand span { overflow: hidden; text-overflow: ellipsis; }
  .language { right: 16px; top: 13px; }
  .tabs { flex: 1; margin: 0 -6px; overflow-x: auto; padding-bottom: 10px; gap: 1px; }
  .tabs a { padding: 6px 8px; font-size: 14px; }
  .badge { margin-left: 3px; padding: 1px 5px; }
  .top-end { position: absolute; right: 82px; top: 8px; margin: 0; }
  .to-phone { padding: 8px; }
  .to-phone span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  main { padding: 22px 14px 56px; }
  h1 { font-size: 24px; }
  .card { border-radius: 16px; }
  .activity { grid-template-columns: 28px minmax(0, 1fr) auto; padding: 11px 14px; }
  .activity .arrow { grid-row: 1; }
  .activity-title { grid-column: 2; grid-row: 1 / span 2; }
  .activity .tag { grid-column: 3; grid-row: 1; max-width: 42vw; }
  .activity-where { display: none; }
  .activity time { grid-column: 3; grid-row: 2; justify-self: end; font-size: 13px; }
  .order { grid-template-columns: minmax(0, 1fr) auto; padding: 11px 14px; }
  .order-kind { display: none; }
  .order .activity-title { grid-row: 1; grid-column: 1; }
  .order .money { grid-row: 1; grid-column: 2; }
  .order time { grid-row: 2; grid-column: 1; font-size: 13px; }
  .order .tag { grid-row: 2; grid-column: 2; }
  .fields div { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .search form { flex-basis: 100%; }
  .choices, .field-row { grid-template-columns: minmax(0, 1fr); }
  .fault-end { position: static; }
  .clock-card .leaps { grid-template-columns: 1fr 1fr; }
  .clock-time { font-size: 52px; }
  .free { grid-template-columns: 1fr 1fr; }
  .free .button { grid-column: 1 / -1; }
}
`
