/** The page's own look, light and dark, on screen and on paper. Self-contained: no font, script or picture from elsewhere. */
export const reportStyle = `
:root { color-scheme: light dark; --page: #f7f8f8; --card: #ffffff; --ink: #17211f; --soft: #586763; --line: #dde4e2; --accent: #0f6b5c;
  --good: #17694a; --good-bg: #e0f2e9; --warn: #805000; --warn-bg: #fcf0d6; --bad: #a1261f; --bad-bg: #fbe4e1; --remark: #45566b; --remark-bg: #e8edf3; }
@media (prefers-color-scheme: dark) { :root { --page: #101615; --card: #182120; --ink: #e6edeb; --soft: #9fb0ac; --line: #2b3836; --accent: #5cc4b0;
  --good: #7fd6ab; --good-bg: #15372a; --warn: #f0c36a; --warn-bg: #3c2f10; --bad: #f59a92; --bad-bg: #46201d; --remark: #b3c2d6; --remark-bg: #26303c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 14px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
p { margin: .25rem 0; }
.soft { color: var(--soft); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: .75rem; margin-top: 1.25rem; }
.card, details { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .9rem 1rem; }
.card h2 { margin: 0 0 .3rem; font-size: .78rem; letter-spacing: .04em; text-transform: uppercase; color: var(--soft); font-weight: 600; }
.wide { grid-column: span 2; min-width: 0; overflow-x: auto; } @media (max-width: 34rem) { .wide { grid-column: auto; } }
.big { font-size: 1.5rem; font-weight: 650; font-variant-numeric: tabular-nums; }
.badge { display: inline-block; padding: .05rem .5rem; border-radius: 1rem; font-size: .78rem; font-weight: 600; white-space: nowrap; }
.A, .within { color: var(--good); background: var(--good-bg); } .B, .warning, .unanswered { color: var(--warn); background: var(--warn-bg); }
.C, .critical, .over { color: var(--bad); background: var(--bad-bg); } .info { color: var(--remark); background: var(--remark-bg); }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
table { border-collapse: collapse; width: 100%; font-size: .88rem; }
th, td { text-align: left; padding: .4rem .7rem; border-top: 1px solid var(--line); vertical-align: top; }
thead th { border-top: 0; color: var(--soft); font-weight: 600; white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
code { font: .92em ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
code.type { overflow-wrap: normal; }
details { margin: .6rem 0; padding: 0; overflow: hidden; } summary { display: flex; gap: .6rem; align-items: baseline; padding: .7rem 1rem; cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; } summary::before { content: "▸"; color: var(--soft); } details[open] > summary::before { content: "▾"; }
summary:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; } summary .soft { margin-left: auto; white-space: nowrap; }
details .scroll { border: 0; border-top: 1px solid var(--line); border-radius: 0; }
ul.findings { list-style: none; margin: 0; padding: 0; } ul.findings li { padding: .5rem 1rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; } .card ul.findings li { padding: .5rem 0; } .card ul.findings li:first-child { border-top: 0; }
ul.findings code { color: var(--soft); } .bar { display: flex; height: .5rem; width: 8rem; border-radius: .25rem; overflow: hidden; background: var(--line); margin-top: .3rem; }
.bar span { display: block; height: 100%; } .integer { background: #2f7fc1; } .real { background: #6a5acd; } .text { background: #0f8a76; } .blob { background: #b4690e; }
@media print { body { background: #fff; } details, .card, .scroll { break-inside: avoid; } details > * { display: block; } }
`;
