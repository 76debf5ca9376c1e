/** What a sweep's report adds to the look of reports. */
export const SWEEP_STYLE = `
.multiples{display:flex;flex-wrap:wrap;gap:22px 34px;align-items:flex-start}
table.heat{width:auto;border-collapse:separate;border-spacing:3px;font-size:13.5px}
table.heat caption{font-weight:600;color:var(--ink);font-size:13.5px}
table.heat th,table.heat td{border:0;padding:8px 12px;text-align:center;white-space:nowrap}
table.heat th{font-weight:600;color:var(--soft);font-size:12.5px}
table.heat th[scope=row]{text-align:right;padding-right:8px}
table.heat .corner{font-weight:400;text-align:right;line-height:1.35;padding-right:8px}
table.heat td{border-radius:6px;min-width:58px}
table.heat td.strong{color:var(--card);font-weight:600}
table.heat td.none{color:var(--soft)}
table.heat td.best{outline:2.5px solid var(--ink);outline-offset:-1px;font-weight:700}
.marker{stroke:var(--soft);stroke-width:1.6}.marker.best{stroke:var(--gain);stroke-width:2.2}
.marker.luck{stroke:var(--loss);stroke-width:2.2;stroke-dasharray:6 4}
svg .marker-name{font-size:13px;font-weight:600;fill:var(--soft)}
svg .marker-name.best{fill:var(--gain)}svg .marker-name.luck{fill:var(--loss)}
.dot{fill:var(--accent);fill-opacity:.5;stroke:none}.dot.best{fill:var(--gain);fill-opacity:1}
.track{display:inline-block;vertical-align:1px;height:8px;border-radius:4px;
background:var(--accent)}
td.mono code{white-space:nowrap}
tr.top td{font-weight:600;background:var(--accent-fill)}
`;
