/** The document's look: calm, on screen in light and dark, on paper in black. Nothing is loaded from elsewhere. */
export const pageStyle = `
:root { color-scheme: light dark; --page: #f6f7f7; --card: #fff; --ink: #18211f; --soft: #56645f; --line: #dce3e0; --accent: #0f6b5c; --user: #e7f1ee; --good: #17694a; --bad: #9d241d; }
@media (prefers-color-scheme: dark) { :root { --page: #0f1514; --card: #171f1e; --ink: #e5ecea; --soft: #a0b0ab; --line: #2b3735; --accent: #5cc4b0; --user: #16302b; --good: #85dab0; --bad: #f6a19a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 14px/1.55 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 56rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
header { border-bottom: 2px solid var(--accent); padding-bottom: 1rem; }
.product { color: var(--accent); font-weight: 650; letter-spacing: .08em; text-transform: uppercase; font-size: .75rem; }
h1, h2 { line-height: 1.25; overflow-wrap: anywhere; } h1 { font-size: 1.6rem; margin: .2rem 0; } h2 { font-size: 1.15rem; margin: 2.25rem 0 .3rem; }
p { margin: .35rem 0; overflow-wrap: anywhere; } .soft, .facts { color: var(--soft); } .good { color: var(--good); } .bad { color: var(--bad); }
article { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .6rem 1rem; margin: .6rem 0; } article.user { background: var(--user); }
.facts { font-size: .78rem; } .facts span { unicode-bidi: isolate; margin-right: .8rem; } .facts span:first-child { font-weight: 650; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; margin: .4rem 0; } pre { white-space: pre-wrap; overflow-wrap: anywhere; font: .85em/1.45 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; margin: .3rem 0; }
.tool { border-left: 3px solid var(--accent); padding-left: .7rem; margin: .4rem 0; } img { max-width: 100%; border-radius: .4rem; } .line { border-left: 3px solid var(--line); padding-left: .7rem; }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: .8rem; color: var(--soft); }
@page { margin: 16mm 14mm; }
@media print { :root { color-scheme: light; --page: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --accent: #0f6b5c; --user: #fff; --good: #17694a; --bad: #9d241d; } body { font-size: 10pt; } main { padding: 0; max-width: none; } h2, .facts { break-after: avoid; } }
`;
