/** The document's look: calm, on screen in light and dark, on paper in black. Self-contained: nothing is loaded from elsewhere. */
export const style = `
:root { color-scheme: light dark; --page: #f6f7f7; --card: #fff; --ink: #18211f; --soft: #56645f; --line: #dce3e0; --accent: #0f6b5c;
  --good: #17694a; --good-bg: #e2f3ea; --warn: #7a4d00; --warn-bg: #fcf1d9; --bad: #9d241d; --bad-bg: #fbe6e3; }
@media (prefers-color-scheme: dark) { :root { --page: #0f1514; --card: #171f1e; --ink: #e5ecea; --soft: #a0b0ab; --line: #2b3735; --accent: #5cc4b0;
  --good: #85dab0; --good-bg: #14362a; --warn: #f0c671; --warn-bg: #3b2f12; --bad: #f6a19a; --bad-bg: #45211d; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 14px/1.55 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
header { border-bottom: 2px solid var(--accent); padding-bottom: 1rem; margin-bottom: 1.25rem; }
header .product { color: var(--accent); font-weight: 650; letter-spacing: .08em; text-transform: uppercase; font-size: .75rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: .2rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .6rem; padding-top: .2rem; }
h3 { font-size: .95rem; margin: 1.4rem 0 .4rem; overflow-wrap: anywhere; }
p { margin: .35rem 0; max-width: 75ch; }
.soft { color: var(--soft); }
.verdict { border-radius: .6rem; padding: 1rem 1.25rem; margin: 1rem 0; font-size: 1.05rem; }
.verdict strong { display: block; font-size: 1.25rem; }
.good { color: var(--good); background: var(--good-bg); } .warn { color: var(--warn); background: var(--warn-bg); } .bad { color: var(--bad); background: var(--bad-bg); }
.badge { display: inline-block; padding: .05rem .5rem; border-radius: 1rem; font-size: .78rem; font-weight: 600; white-space: nowrap; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: .75rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .8rem 1rem; }
.card .name { font-size: .74rem; letter-spacing: .04em; text-transform: uppercase; color: var(--soft); font-weight: 600; }
.card .value { font-size: 1.45rem; font-weight: 650; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
table { border-collapse: collapse; width: 100%; font-size: .87rem; }
th, td { text-align: left; padding: .4rem .7rem; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word; }
td code.sum { overflow-wrap: normal; white-space: nowrap; }
thead th { border-top: 0; color: var(--soft); font-weight: 600; vertical-align: bottom; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
code { font: .92em ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: .1rem 2rem; margin: .4rem 0; }
dl > div { display: flex; gap: .8rem; padding: .25rem 0; border-bottom: 1px dotted var(--line); } dt { color: var(--soft); min-width: 9rem; } dd { margin: 0; overflow-wrap: anywhere; }
ul { margin: .3rem 0; padding-left: 1.2rem; }
.sign { display: grid; grid-template-columns: repeat(3, 1fr); gap: 2.5rem; margin-top: 3rem; } .sign div { border-top: 1px solid var(--ink); padding-top: .3rem; color: var(--soft); font-size: .85rem; }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: .8rem; }
@page { margin: 16mm 14mm; }
@media print { :root { color-scheme: light; --page: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --accent: #0f6b5c; --good: #17694a; --good-bg: #eef8f2; --warn: #7a4d00; --warn-bg: #fdf6e6; --bad: #9d241d; --bad-bg: #fdf0ee; }
  body { font-size: 10pt; } main { padding: 0; max-width: none; } .scroll { overflow: visible; border-radius: 0; } table { font-size: 7.5pt; } th, td { padding: 1.2mm 1.5mm; overflow-wrap: anywhere; } thead th, td.words { overflow-wrap: normal; } td .badge { font-size: 1em; padding: 0 .5em; } td code.sum { white-space: normal; overflow-wrap: anywhere; } tr, .card, .verdict, .sign, footer { break-inside: avoid; } h2, h3 { break-after: avoid; } thead { display: table-header-group; } }
`;
