/** The inspector's style sheet: the phone's colours on a desk full of paper. */
export const INSPECTOR_CSS = `
:root {
  --green: #0b7d49; --green-soft: #e5f4ec; --ink: #17201b; --soft: #5c6a62; --line: #e6ebe8;
  --paper: #ffffff; --ground: #f4f7f5;
  font: 15px/1.5 system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --green: #3fc785; --green-soft: #16352a; --ink: #eaf1ed; --soft: #a3b1a9; --line: #2b3531;
    --paper: #1a211d; --ground: #121714;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1080px; padding: 40px 24px 64px; background: var(--ground); color: var(--ink); }
h1 { margin: 0 0 6px; font-size: 30px; line-height: 1.2; letter-spacing: -0.5px; }
h2 { margin: 36px 0 10px; font-size: 17px; }
p { margin: 0; }
a { color: var(--green); text-underline-offset: 3px; }
:focus-visible { outline: 3px solid var(--green); outline-offset: 2px; }
.head p { color: var(--soft); max-width: 70ch; }
.head .meta { display: flex; flex-wrap: wrap; gap: 4px 24px; margin-top: 12px; }
.language {
  position: absolute; right: 24px; top: 16px; padding: 4px 12px; border-radius: 999px; font-size: 14px;
  background: var(--paper); color: var(--ink); text-decoration: none; border: 1px solid var(--line);
}
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 16px; overflow: hidden; }
.none { padding: 28px; text-align: center; color: var(--soft); }
.card > * + * { border-top: 1px solid var(--line); }
.row { display: grid; gap: 4px 16px; align-items: center; padding: 11px 16px; }
.call { grid-template-columns: 11rem 1fr 1fr 18rem; }
.trade { grid-template-columns: 11rem 1fr 5rem 7rem 10rem; }
.delivery { grid-template-columns: 11rem 1fr 6rem 3rem 10rem; }
summary.row { cursor: pointer; list-style: none; }
summary.row::-webkit-details-marker { display: none; }
summary.row:hover, details[open] > summary { background: var(--green-soft); }
summary:focus-visible { outline-offset: -3px; }
time, .number { font-variant-numeric: tabular-nums; }
time { color: var(--soft); font-size: 14px; }
code, pre { font: 13px/1.55 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
code { overflow-wrap: anywhere; }
.tag {
  justify-self: end; padding: 2px 10px; border-radius: 999px; font-size: 13px; font-weight: 600;
  border: 1px solid var(--line); color: var(--soft); overflow-wrap: anywhere;
}
.tag.good { background: var(--green-soft); border-color: transparent; color: var(--green); }
figure { margin: 0; padding: 10px 16px 14px; }
figcaption { font-size: 13px; color: var(--soft); margin-bottom: 4px; overflow-wrap: anywhere; }
pre {
  margin: 0; padding: 12px 14px; border-radius: 10px; background: var(--ground); white-space: pre-wrap;
  overflow-wrap: anywhere;
}
@media (max-width: 760px) {
  body { padding: 56px 14px 48px; }
  .row, .call, .trade, .delivery { grid-template-columns: 1fr auto; }
  .row time { grid-column: 1 / -1; }
}
`
