/** The look of the report, in light and dark; no font, picture or sheet from elsewhere. */
export const STYLE = `
:root{color-scheme:light dark;
--page:#f6f7f9;--card:#fff;--ink:#1a2230;--soft:#5b6678;--line:#e3e7ed;--grid:#eceff3;
--accent:#2459c9;--accent-fill:#2459c926;--gain:#0e7a55;--loss:#c2352b;--loss-fill:#c2352b22;
--buy:#0b7fa8;--sell:#d1610a;--position:#6f4bb8;--position-fill:#6f4bb822;
--serious-bg:#fdeceb;--serious-ink:#8f1d15;--serious-line:#eeb4af;
--note-bg:#fff7e3;--note-ink:#76520a;--note-line:#ecd595;
--good-bg:#e8f5ef;--good-ink:#0c5b40;--good-line:#acd9c5;
--shadow:0 1px 2px #1a223014,0 4px 16px #1a22300a}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){
--page:#0f141b;--card:#171d26;--ink:#e7ebf1;--soft:#9aa6b8;--line:#28313d;--grid:#222a35;
--accent:#7aa5ff;--accent-fill:#7aa5ff26;--gain:#4cc79a;--loss:#ff7b70;--loss-fill:#ff7b7026;
--buy:#4fc1ea;--sell:#ffa14f;--position:#b69af0;--position-fill:#b69af026;
--serious-bg:#33191a;--serious-ink:#ffb4ae;--serious-line:#6b2f2c;
--note-bg:#2e2714;--note-ink:#f2d48a;--note-line:#5c4c1f;
--good-bg:#13291f;--good-ink:#8fdcba;--good-line:#25553f;--shadow:none}}
:root[data-theme=dark]{color-scheme:dark;
--page:#0f141b;--card:#171d26;--ink:#e7ebf1;--soft:#9aa6b8;--line:#28313d;--grid:#222a35;
--accent:#7aa5ff;--accent-fill:#7aa5ff26;--gain:#4cc79a;--loss:#ff7b70;--loss-fill:#ff7b7026;
--buy:#4fc1ea;--sell:#ffa14f;--position:#b69af0;--position-fill:#b69af026;
--serious-bg:#33191a;--serious-ink:#ffb4ae;--serious-line:#6b2f2c;
--note-bg:#2e2714;--note-ink:#f2d48a;--note-line:#5c4c1f;
--good-bg:#13291f;--good-ink:#8fdcba;--good-line:#25553f;--shadow:none}
:root[data-theme=light]{color-scheme:light}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1180px;margin:0 auto;padding:28px 20px 56px}
header{display:flex;flex-wrap:wrap;gap:8px 16px;align-items:flex-start;margin-bottom:18px}
header>div{flex:1 1 420px}
h1{font-size:27px;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:19px;margin:0 0 2px;letter-spacing:-.005em}
h3{font-size:15px;margin:22px 0 8px}
.meta{color:var(--soft);margin:0}
.badge{display:inline-block;font-size:12px;font-weight:600;padding:2px 9px;border-radius:99px;
background:var(--accent-fill);color:var(--accent);margin-right:8px;vertical-align:2px}
button{font:inherit;font-size:13px;color:var(--soft);background:var(--card);
border:1px solid var(--line);border-radius:8px;padding:6px 12px;cursor:pointer}
button:hover{color:var(--ink)}button:focus-visible{outline:2px solid var(--accent);
outline-offset:2px}
.trust{border:1px solid;border-radius:12px;padding:14px 18px;margin:0 0 18px}
.trust h2{font-size:16px;margin-bottom:4px}.trust ul{margin:0;padding-left:20px}
.trust li{margin:3px 0}.trust b{font-weight:600}
.trust.serious{background:var(--serious-bg);color:var(--serious-ink);
border-color:var(--serious-line)}
.trust.note{background:var(--note-bg);color:var(--note-ink);border-color:var(--note-line)}
.trust.good{background:var(--good-bg);color:var(--good-ink);border-color:var(--good-line)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(164px,1fr));gap:12px;
margin:0 0 18px}
.tile{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:13px 16px;
box-shadow:var(--shadow)}
.tile dt{font-size:13px;color:var(--soft)}
.tile dd{margin:1px 0 0;font-size:23px;font-weight:650;letter-spacing:-.015em;
font-variant-numeric:tabular-nums;white-space:nowrap}
.tile small{display:block;font-size:12.5px;font-weight:400;color:var(--soft);letter-spacing:0;
white-space:normal;line-height:1.35;margin-top:2px}
.gain{color:var(--gain)}.loss{color:var(--loss)}
section{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:20px 22px;
margin:0 0 18px;box-shadow:var(--shadow)}
.lead{color:var(--soft);margin:0 0 14px;max-width:88ch}
.fine{color:var(--soft);font-size:13px;max-width:100ch;margin:10px 0 0}
.chart{margin:0}.canvas{position:relative;overflow-x:auto}
svg{display:block;width:100%;min-width:720px;height:auto}
svg text{font-size:12.5px;fill:var(--soft);font-variant-numeric:tabular-nums}
svg .panel{font-size:13.5px;font-weight:600;fill:var(--ink)}svg .unit{font-weight:400;
fill:var(--soft)}
.grid{stroke:var(--grid)}.zero{stroke:var(--soft);stroke-opacity:.55}
.reference{stroke:var(--soft);stroke-dasharray:4 4;stroke-opacity:.8}
.joint{stroke:var(--soft);stroke-dasharray:2 3}
.line{fill:none;stroke-width:1.7;stroke-linejoin:round}.fill{stroke:none}
.line.equity{stroke:var(--accent)}.fill.equity{fill:var(--accent-fill)}
.line.drawdown{stroke:var(--loss)}.fill.drawdown{fill:var(--loss-fill)}
.line.price{stroke:var(--soft);stroke-width:1.3}
.line.position{stroke:var(--position)}.fill.position{fill:var(--position-fill)}
.mark{stroke:var(--card);stroke-width:.7;fill-opacity:.9}.mark.buy{fill:var(--buy)}
.mark.sell{fill:var(--sell)}
.bar.gain{fill:var(--gain)}.bar.loss{fill:var(--loss)}.bar.sum{fill:var(--accent)}
svg .bar-name{font-size:14px;fill:var(--ink)}svg .bar-value{font-size:14px;fill:var(--ink)}
svg .strong{font-weight:650}
.cross{stroke:var(--soft);stroke-opacity:.7}
.tip{position:absolute;pointer-events:none;background:var(--ink);color:var(--card);
font-size:12.5px;
border-radius:8px;padding:7px 10px;white-space:nowrap;font-variant-numeric:tabular-nums;z-index:2}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:13px;color:var(--soft);margin:0 0 6px}
.legend i{display:inline-block;width:0;height:0;border:5px solid transparent;margin-right:6px}
.legend .up{border-bottom:9px solid var(--buy);border-top:0}
.legend .down{border-top:9px solid var(--sell);border-bottom:0}
.scroll{overflow-x:auto;margin:6px 0 0}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);font-size:13px;padding-bottom:6px}
th{text-align:left;font-weight:600;color:var(--soft);font-size:12.5px;white-space:nowrap}
th,td{padding:7px 14px 7px 0;border-bottom:1px solid var(--line);vertical-align:top}
th.num,td.num{text-align:right;white-space:nowrap;padding:7px 0 7px 18px}
tr.total td{font-weight:650;border-bottom:0;border-top:1.5px solid var(--soft)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(440px,100%),1fr));
gap:12px 28px;margin:0}
.facts dt{font-weight:600;font-size:13.5px}.facts dd{margin:1px 0 0;color:var(--soft)}
code{font:12.5px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;
overflow-wrap:anywhere}
footer{color:var(--soft);font-size:13px;text-align:center;margin-top:26px}
@media (max-width:640px){main{padding:18px 12px}section{padding:16px 14px}h1{font-size:22px}}
@media print{button{display:none}section,.tile{box-shadow:none;break-inside:avoid}}
`;
