/**
 * The phone's style sheet: white paper, one green, and a frame around it where there is room for one. It is as high as
 * the window, so that bar and buttons stay in view and only what is between them scrolls.
 */
export const PHONE_CSS = `
:root {
  --green: #0a6b3e; --green-soft: #e5f4ec; --ink: #17201b; --soft: #5c6a62; --line: #e6ebe8;
  --paper: #ffffff; --ground: #f4f7f5; --desk: #dfe9e3; --frame: #141a17; --bad: #b3372b; --bad-soft: #fcebe9;
  --on-green: #ffffff;
  font: 16px/1.5 system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --green: #3fc785; --green-soft: #16352a; --ink: #eaf1ed; --soft: #a3b1a9; --line: #2b3531;
    --paper: #1a211d; --ground: #121714; --desk: #0a0d0b; --frame: #2c3530; --bad: #ff8f83; --bad-soft: #3d1f1c;
    --on-green: #06210f;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); }
h1, h2, p, dl, dd, ul { margin: 0; padding: 0; }
a { color: var(--green); text-underline-offset: 3px; }
button, input, select { font: inherit; color: inherit; }
:focus-visible { outline: 3px solid var(--green); outline-offset: 2px; }

.desk { height: 100vh; height: 100dvh; display: flex; }
.caption { display: none; }
.phone { position: relative; flex: 1; display: flex; flex-direction: column; background: var(--ground); min-width: 0; min-height: 0; }
.status { display: none; }
.language {
  position: fixed; right: 12px; top: 10px; padding: 4px 12px; border-radius: 999px; font-size: 14px;
  background: var(--paper); color: var(--ink); text-decoration: none; border: 1px solid var(--line);
}

.bar { position: relative; padding: 14px 56px; text-align: center; background: var(--ground); }
.bar h1 { font-size: 17px; font-weight: 600; }
.back {
  position: absolute; left: 8px; top: 6px; width: 44px; height: 44px; font-size: 30px; line-height: 40px;
  color: var(--ink); text-decoration: none;
}
main { flex: 1; min-height: 0; display: flex; flex-direction: column; }
.home, .scroll { display: flex; flex-direction: column; gap: 14px; padding: 12px 16px; overflow-y: auto; }
.scroll { flex: 1; min-height: 0; align-items: center; text-align: center; }
.scroll > * { flex: none; }
.scroll:focus-visible { outline-offset: -3px; }
.foot {
  flex: none; display: flex; flex-direction: column; gap: 10px; border-top: 1px solid var(--line);
  padding: 12px 16px max(16px, env(safe-area-inset-bottom));
}
.message { padding: 10px 14px; border-radius: 12px; font-size: 14px; background: var(--green-soft); color: var(--green); }
.message.error { background: var(--bad-soft); color: var(--bad); }

.scan { background: var(--green); color: var(--on-green); border-radius: 18px; padding: 18px; }
.scan label { display: block; font-weight: 600; margin-bottom: 10px; }
.scan-row { display: flex; gap: 8px; }
.scan input {
  flex: 1; min-width: 0; height: 44px; padding: 0 14px; border: 0; border-radius: 12px;
  background: var(--paper); color: var(--ink);
}
.scan input::placeholder { color: var(--soft); opacity: 1; }
.scan button {
  height: 44px; padding: 0 18px; border: 1px solid currentColor; border-radius: 12px; background: transparent;
  font-weight: 600; cursor: pointer;
}
.scan :focus-visible { outline-color: var(--ink); }

.list-head { display: flex; justify-content: space-between; align-items: baseline; padding: 8px 4px 0; }
.list-head h2 { font-size: 15px; font-weight: 600; }
.list-head a { font-size: 14px; }
.checkouts { list-style: none; background: var(--paper); border-radius: 18px; overflow: hidden; }
.checkouts li + li { border-top: 1px solid var(--line); }
.checkout { display: flex; align-items: center; gap: 12px; padding: 14px 16px; color: inherit; text-decoration: none; }
a.checkout:hover { background: var(--green-soft); }
a.checkout:focus-visible { outline-offset: -3px; }
.checkout-text { flex: 1; min-width: 0; }
.checkout-text strong, .checkout-text span { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.checkout-text strong { font-weight: 600; }
.checkout-text span { font-size: 13px; color: var(--soft); }
.checkout-amount { font-weight: 600; font-variant-numeric: tabular-nums; }
.empty { padding: 44px 24px; text-align: center; background: var(--paper); border-radius: 18px; }
.empty p + p { margin-top: 4px; font-size: 14px; color: var(--soft); }

/* What WeChat Pay writes to whoever got money back: one card each, the amount in its middle. */
.messages { list-style: none; display: grid; gap: 12px; }
.service { background: var(--paper); border-radius: 18px; padding: 14px 0 4px; text-align: center; }
.service header { display: flex; justify-content: space-between; align-items: baseline; gap: 12px; padding: 0 16px 10px; border-bottom: 1px solid var(--line); }
.service h3 { margin: 0; font-size: 15px; font-weight: 600; text-align: left; }
.service time { flex: none; font-size: 13px; color: var(--soft); font-variant-numeric: tabular-nums; }
.service-label { margin-top: 16px; font-size: 13px; color: var(--soft); }
.service-amount { font-size: 34px; line-height: 1.2; font-weight: 700; font-variant-numeric: tabular-nums; letter-spacing: -0.5px; }
.service-amount span { font-size: 20px; margin-right: 3px; }
.service .facts { margin-top: 10px; border-radius: 0; border-top: 1px dashed var(--line); background: none; }
.service .facts div + div { border: 0; padding-top: 0; }

.avatar {
  flex: none; width: 44px; height: 44px; border-radius: 14px; display: grid; place-items: center;
  background: var(--green-soft); color: var(--green); font-weight: 700; font-size: 18px;
}
.cashier .avatar { width: 60px; height: 60px; border-radius: 20px; font-size: 24px; margin-top: 12px; }
.scroll .message { width: 100%; }
.payee { color: var(--soft); }
.amount { font-size: 52px; line-height: 1.1; font-weight: 700; font-variant-numeric: tabular-nums; letter-spacing: -1px; }
.amount span { font-size: 30px; margin-right: 4px; }
.facts { width: 100%; background: var(--paper); border-radius: 18px; padding: 6px 16px; margin-top: 8px; text-align: left; }
.facts div { display: flex; justify-content: space-between; gap: 20px; padding: 10px 0; font-size: 14px; }
.facts div + div { border-top: 1px solid var(--line); }

.received { width: 100%; margin-top: 12px; font-size: 14px; }
.received summary { padding: 10px 0; color: var(--soft); cursor: pointer; }
.facts dt { flex: none; color: var(--soft); }
.facts dd { text-align: right; overflow-wrap: anywhere; }

button.pay, .others button, .late button, .leave { width: 100%; min-height: 50px; border-radius: 14px; border: 0; font-weight: 600; cursor: pointer; }
.switch {
  display: flex; align-items: center; justify-content: space-between; gap: 20px; padding: 0 16px;
  min-height: 46px; font-size: 14px; border: 1px dashed var(--soft); border-radius: 14px;
}
.switch span { color: var(--soft); }
.switch select { min-height: 44px; min-width: 0; border: 0; background: transparent; text-align-last: right; cursor: pointer; }
.switch:has(option:checked:not([value=""])) { border-color: var(--bad); background: var(--bad-soft); }
.switch:has(option:checked:not([value=""])) :is(span, select) { color: var(--bad); }
.switch option { background: var(--paper); color: var(--ink); }
.pay, .password > summary { background: var(--green); color: var(--on-green); font-size: 17px; }
.pay:hover, .password:not([open]) > summary:hover { filter: brightness(1.06); }

/* The sheet for the password rises over the phone; what is left of the phone is dimmed, and a tap on it closes the sheet. */
.password > summary {
  display: grid; place-items: center; min-height: 50px; border-radius: 14px; font-weight: 600; cursor: pointer; list-style: none;
}
.password > summary::-webkit-details-marker { display: none; }
.password .closes, .password[open] .opens { display: none; }
.password[open] > summary {
  position: absolute; inset: 0; z-index: 1; place-items: start; padding: 14px 18px; border-radius: 0;
  background: rgb(0 0 0 / 72%); color: #ffffff; font-size: 16px;
}
.password[open] > summary:focus-visible { outline-color: #ffffff; outline-offset: -4px; }
.password[open] .closes { display: inline; }
.sheet {
  position: absolute; inset: auto 0 0; z-index: 2; max-height: calc(100% - 52px); overflow-y: auto;
  display: flex; flex-direction: column; align-items: center; gap: 8px; text-align: center;
  padding: 16px 16px max(16px, env(safe-area-inset-bottom)); border-radius: 20px 20px 0 0; background: var(--paper);
}
.sheet > * { flex: none; }
.sheet h2 { font-size: 17px; font-weight: 600; }
.sheet .amount { font-size: 38px; }
.method {
  display: flex; justify-content: space-between; gap: 20px; width: 100%; padding: 12px 2px; font-size: 14px;
  border-block: 1px solid var(--line);
}
.method span:first-child { color: var(--soft); }
/* Six boxes behind one field: each digit is as wide as a box. */
.digits {
  --box: 44px;
  width: calc(6 * var(--box)); height: 50px; margin-top: 8px; padding: 0 0 0 calc((var(--box) - 1ch) / 2); border: 1px solid var(--soft);
  border-radius: 10px; background: repeating-linear-gradient(90deg, transparent 0 calc(var(--box) - 1px), var(--line) 0 var(--box)) var(--ground);
  font: 700 24px/1 ui-monospace, "DejaVu Sans Mono", monospace; letter-spacing: calc(var(--box) - 1ch);
  -webkit-text-security: disc; overflow: hidden;
}
.any { font-size: 13px; color: var(--soft); }
.sheet .pay { margin-top: 6px; }
.sheet .pay.spare { display: none; }
.pad { width: 100%; display: grid; grid-template-columns: repeat(3, 1fr); gap: 6px; margin-top: 6px; }
.pad[hidden] { display: none; }
.pad button { min-height: 46px; border: 0; border-radius: 10px; background: var(--ground); font-size: 22px; font-weight: 500; cursor: pointer; }
.pad button:hover { background: var(--green-soft); }
.pad button[value="0"] { grid-column: 2; }
@media (prefers-reduced-motion: no-preference) {
  .password[open] .sheet, .paid .scroll { animation: rise 0.2s ease-out; }
  .paid .sign { animation: pop 0.3s ease-out; }
}
@keyframes rise { from { transform: translateY(32px); } }
@keyframes pop { from { transform: scale(0.6); } }
.others { display: flex; gap: 10px; }
.others button, .late button { background: var(--paper); border: 1px solid var(--line); font-weight: 500; font-size: 15px; }
.others button:hover, .late button:hover { border-color: var(--soft); }
.late button { border: 1px dashed var(--soft); color: var(--soft); background: transparent; line-height: 1.3; padding: 8px 14px; }

.result .scroll { padding-top: clamp(12px, 6dvh - 16px, 36px); }
.paid, .paid .foot { background: var(--paper); }
.paid .foot { border-top: 0; }
.paid .facts { background: var(--ground); }
.paid .leave { width: auto; min-width: 60%; align-self: center; }
.sign { fill: none; stroke: var(--on-green); stroke-width: 5; stroke-linecap: round; stroke-linejoin: round; }
.sign circle { stroke: none; fill: var(--green); }
.sign.bad { stroke: var(--paper); }
.sign.bad circle { fill: var(--bad); }
.sign.wait { stroke: var(--green); stroke-width: 7; }
.sign.wait circle { fill: var(--green-soft); }
.result h2 { font-size: 20px; }
.hint { color: var(--soft); max-width: 30ch; }
.result h3 { margin: 8px 0 0; font-size: 14px; font-weight: 600; color: var(--soft); align-self: flex-start; }
.signed { font: 12px/1.6 ui-monospace, monospace; word-break: break-all; text-align: left; }
.leave {
  display: grid; place-items: center; text-decoration: none;
  background: var(--paper); border: 1px solid var(--line); color: var(--green);
}
.leave.primary { background: var(--green); color: var(--on-green); border-color: var(--green); }

/* What stands above the facts takes less of a low window, so that they show that they are there. */
@media (max-height: 800px) {
  .cashier .avatar { width: 44px; height: 44px; border-radius: 14px; font-size: 18px; margin-top: 0; }
  .scroll { gap: 10px; padding-top: 4px; }
  .amount { font-size: 42px; }
}
@media (max-height: 480px) {
  .cashier .avatar { display: none; }
  .switch { min-height: 40px; }
  .foot { padding-block: 8px; gap: 6px; }
  .sheet .payee, .sheet .method { display: none; }
  .sheet .amount { font-size: 26px; }
  .pad button { min-height: 38px; }
}
@media (max-height: 480px) and (min-width: 600px) {
  .pad { grid-template-columns: repeat(6, 1fr); }
  .pad button[value="0"] { grid-column: auto; }
}

@media (min-width: 700px) and (min-height: 481px) {
  body { background: var(--desk); }
  .desk { align-items: center; justify-content: center; gap: 64px; padding: clamp(8px, 4dvh, 32px) 32px; }
  .caption { display: block; max-width: 260px; }
  .caption p { color: var(--soft); margin-bottom: 14px; }
  .caption .caption-title { font-size: 24px; line-height: 1.3; font-weight: 700; color: var(--ink); }
  .phone {
    flex: none; width: 392px; height: min(812px, 100%); border: 11px solid var(--frame);
    border-radius: 52px; overflow: hidden; box-shadow: 0 30px 70px rgb(0 30 15 / 22%);
  }
  .foot { padding-bottom: 22px; }
  .password[open] > summary { padding: 56px 22px; }
  .status {
    display: flex; align-items: center; justify-content: space-between; padding: 12px 28px 4px;
    font-size: 14px; font-weight: 600;
  }
  .island { width: 96px; height: 26px; border-radius: 999px; background: var(--frame); }
  .battery { width: 26px; height: 13px; border: 2px solid currentColor; border-radius: 4px; background: currentColor; background-clip: content-box; padding: 1px; }
}
`
