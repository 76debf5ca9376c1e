import { describe, expect, it } from 'vitest';
import { createPaint, glyphsFor } from '../../../src/cli/terminal/palette.js';
import { renderMarketView, type ScreenSize } from '../../../src/cli/terminal/render.js';
import { sampleBook, sampleTrading, sampleView } from './market-view-sample.js';

const unicode = { paint: createPaint(false), glyphs: glyphsFor({ LANG: 'C.UTF-8' }) };
const ascii = { paint: createPaint(false), glyphs: glyphsFor({ LANG: 'C' }) };

function draw(size: ScreenSize, change = {}, style = unicode): string[] {
  return renderMarketView(sampleView(change), size, style);
}

describe('renderMarketView', () => {
  it('fills 80x24 with books side by side, latency, counters and signals', () => {
    expect(draw({ columns: 80, rows: 24 }).join('\n')).toMatchInlineSnapshot(`
      " hft demo generator binance-spot, seed 7 · native          connected · 00:01:05 
       1.23M events/s   988k frames/s   210 MB/s            80,246,913 events 13.7 GB 
      ────────────────────────────────────────────────────────────────────────────────
       BTCUSDT                       trusted    ETHUSDT               suspect (stale) 
       61800.15  1.750 █████████████▍           61800.15  1.750 █████████████▍        
       61800.14  2.750 █████████████████████    61800.14  2.750 █████████████████████ 
       61800.13  1.000 ███████▋                 61800.13  1.000 ███████▋              
       61800.12  2.000 ███████████████▎         61800.12  2.000 ███████████████▎      
       61800.11  0.250 █▉                       61800.11  0.250 █▉                    
       61800.055  spread 0.11        ▲ 0.125    61800.055  spread 0.11        ▲ 0.125 
       61800.00  0.250 █▉                       61800.00  0.250 █▉                    
       61799.99  2.000 ███████████████▎         61799.99  2.000 ███████████████▎      
       61799.98  1.000 ███████▋                 61799.98  1.000 ███████▋              
       61799.97  2.750 █████████████████████    61799.97  2.750 █████████████████████ 
       61799.96  1.750 █████████████▍           61799.96  1.750 █████████████▍        
       and 1 more                                                                     
      ────────────────────────────────────────────────────────────────────────────────
       latency         p50      p99      max   dropped       12.3k conflated          
       decode       180 ns  1.25 us  86.0 us   decode errors 3 malformed              
       publish      240 ns  1.90 us   120 us   gaps          2  resyncs 2             
       handle      5.10 us  21.0 us  1.40 ms   reconnects    1                        
       total       5.40 us  23.0 us  1.50 ms   checksums     1.52k ok  0 failed       
      ────────────────────────────────────────────────────────────────────────────────
       OrderFlowImbalance  BTCUSDT ▲ +0.42  ETHUSDT ▼ -0.31               Ctrl-C ends "
    `);
  });

  it('shows more books and levels on 160x50', () => {
    expect(draw({ columns: 160, rows: 50 }).join('\n')).toMatchInlineSnapshot(`
      " hft demo generator binance-spot, seed 7 · native                                                                                          connected · 00:01:05 
       1.23M events/s   988k frames/s   210 MB/s                                                                                            80,246,913 events 13.7 GB 
      ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
       BTCUSDT                                    trusted    ETHUSDT                            suspect (stale)    SOLUSDT                      broken (sequence-gap) 
       61800.20  2.250 ███████████████████████████▉          61800.20  2.250 ███████████████████████████▉                                                             
       61800.19  0.500 ██████▏                               61800.19  0.500 ██████▏                                                                                  
       61800.18  1.500 ██████████████████▌                   61800.18  1.500 ██████████████████▌                                                                      
       61800.17  2.500 ██████████████████████████████▉       61800.17  2.500 ██████████████████████████████▉                                                          
       61800.16  0.750 █████████▎                            61800.16  0.750 █████████▎                                                                               
       61800.15  1.750 █████████████████████▋                61800.15  1.750 █████████████████████▋                                                                   
       61800.14  2.750 ██████████████████████████████████    61800.14  2.750 ██████████████████████████████████                                                       
       61800.13  1.000 ████████████▍                         61800.13  1.000 ████████████▍                         61800.13  1.000 █████████████████                  
       61800.12  2.000 ████████████████████████▊             61800.12  2.000 ████████████████████████▊             61800.12  2.000 ██████████████████████████████████ 
       61800.11  0.250 ███▏                                  61800.11  0.250 ███▏                                  61800.11  0.250 ████▎                              
       61800.055  spread 0.11                     ▲ 0.125    61800.055  spread 0.11                     ▲ 0.125    61800.055  spread 0.11                     ▲ 0.125 
       61800.00  0.250 ███▏                                  61800.00  0.250 ███▏                                  61800.00  0.250 ████▎                              
       61799.99  2.000 ████████████████████████▊             61799.99  2.000 ████████████████████████▊             61799.99  2.000 ██████████████████████████████████ 
       61799.98  1.000 ████████████▍                         61799.98  1.000 ████████████▍                         61799.98  1.000 █████████████████                  
       61799.97  2.750 ██████████████████████████████████    61799.97  2.750 ██████████████████████████████████                                                       
       61799.96  1.750 █████████████████████▋                61799.96  1.750 █████████████████████▋                                                                   
       61799.95  0.750 █████████▎                            61799.95  0.750 █████████▎                                                                               
       61799.94  2.500 ██████████████████████████████▉       61799.94  2.500 ██████████████████████████████▉                                                          
       61799.93  1.500 ██████████████████▌                   61799.93  1.500 ██████████████████▌                                                                      
       61799.92  0.500 ██████▏                               61799.92  0.500 ██████▏                                                                                  
       61799.91  2.250 ███████████████████████████▉          61799.91  2.250 ███████████████████████████▉                                                             
                                                                                                                                                                      
                                                                                                                                                                      
                                                                                                                                                                      
                                                                                                                                                                      
                                                                                                                                                                      
                                                                                                                                                                      
                                                                                                                                                                      
                                                                                                                                                                      
                                                                                                                                                                      
                                                                                                                                                                      
                                                                                                                                                                      
                                                                                                                                                                      
                                                                                                                                                                      
                                                                                                                                                                      
                                                                                                                                                                      
                                                                                                                                                                      
                                                                                                                                                                      
      ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
       latency         p50      p99      max                                           dropped       12.3k conflated                                                  
       decode       180 ns  1.25 us  86.0 us                                           decode errors 3 malformed                                                      
       publish      240 ns  1.90 us   120 us                                           gaps          2  resyncs 2                                                     
       handle      5.10 us  21.0 us  1.40 ms                                           reconnects    1                                                                
       total       5.40 us  23.0 us  1.50 ms                                           checksums     1.52k ok  0 failed                                               
      ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
       OrderFlowImbalance  BTCUSDT ▲ +0.42  ETHUSDT ▼ -0.31  SOLUSDT ■  0.00                                                                              Ctrl-C ends "
    `);
  });

  it('shows what is traded beside latency on 80x24', () => {
    const view = { trading: sampleTrading(), strategy: 'SimpleMarketMaker' };
    expect(draw({ columns: 80, rows: 24 }, view).join('\n')).toMatchInlineSnapshot(`
      " hft demo generator binance-spot, seed 7 · native          connected · 00:01:05 
       1.23M events/s   988k frames/s   210 MB/s            80,246,913 events 13.7 GB 
      ────────────────────────────────────────────────────────────────────────────────
       BTCUSDT                       trusted    ETHUSDT               suspect (stale) 
       61800.14  2.750 █████████████████████    61800.14  2.750 █████████████████████ 
       61800.13  1.000 ███████▋                 61800.13  1.000 ███████▋              
       61800.12  2.000 ███████████████▎         61800.12  2.000 ███████████████▎      
       61800.11  0.250 █▉                       61800.11  0.250 █▉                    
       61800.055  spread 0.11        ▲ 0.125    61800.055  spread 0.11        ▲ 0.125 
       61800.00  0.250 █▉                       61800.00  0.250 █▉                    
       61799.99  2.000 ███████████████▎         61799.99  2.000 ███████████████▎      
       61799.98  1.000 ███████▋                 61799.98  1.000 ███████▋              
       61799.97  2.750 █████████████████████    61799.97  2.750 █████████████████████ 
       and 1 more                                                                     
      ────────────────────────────────────────────────────────────────────────────────
       latency         p50      p99      max   P&L      +1,234.56 USDT  fees -12.25   
       decode       180 ns  1.25 us  86.0 us   position BTCUSDT +0.12  ETHUSDT -1.5   
       publish      240 ns  1.90 us   120 us   orders   46.9k  working 6  refused 4   
       handle      5.10 us  21.0 us  1.40 ms   fills    456  95% maker  open -7.50    
       total       5.40 us  23.0 us  1.50 ms   risk     ████▎       42% position      
                                                        ▊            8% loss          
       dropped 12.3k  errors 3  gaps 2  resyncs 2  reconnects 1  bad checksums 0      
      ────────────────────────────────────────────────────────────────────────────────
       SimpleMarketMaker  ▲ bought 0.125 BTCUSDT at 61800.11              Ctrl-C ends "
    `);
  });

  it('shows trading, counters and the newest fills on 120x40', () => {
    const view = { trading: sampleTrading(), strategy: 'SimpleMarketMaker' };
    const lines = draw({ columns: 120, rows: 40 }, view);
    expect(lines.slice(25).join('\n')).toMatchInlineSnapshot(`
      "                                                                                                                        
                                                                                                                              
                                                                                                                              
      ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
       latency         p50      p99      max  P&L      +1,234.56 USDT  fees -12.25    dropped       12.3k conflated           
       decode       180 ns  1.25 us  86.0 us  position BTCUSDT +0.12  ETHUSDT -1.5    decode errors 3 malformed               
       publish      240 ns  1.90 us   120 us  orders   46.9k  working 6  refused 4    gaps          2  resyncs 2              
       handle      5.10 us  21.0 us  1.40 ms  fills    456  95% maker  open -7.50     reconnects    1                         
       total       5.40 us  23.0 us  1.50 ms  risk     ████▎       42% position       checksums     1.52k ok  0 failed        
                                                       ▊            8% loss                                                   
      ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
       12:30:05 maker  ▲ bought 0.125 BTCUSDT at 61800.11  maker                                                              
       12:30:04 maker  ▼ sold 0.050 BTCUSDT at 61800.11  maker                                                                
      ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
       SimpleMarketMaker  ▲ bought 0.125 BTCUSDT at 61800.11  BTCUSDT ▲ +0.42  ETHUSDT ▼ -0.31  SOLUSDT ■  0.00   Ctrl-C ends "
    `);
  });

  it('says so where trading is stopped', () => {
    const size = { columns: 80, rows: 24 };
    const stopped = draw(size, { trading: sampleTrading({ stopped: ['maker'] }) }).join('\n');
    const killed = draw(size, { trading: sampleTrading({ isKilled: true }) }).join('\n');
    expect(stopped).toContain('maker STOPPED');
    expect(killed).toContain('KILLED');
  });

  it('draws with ASCII where the locale has no UTF-8', () => {
    const text = draw({ columns: 80, rows: 24 }, {}, ascii).join('');

    expect([...text].every((character) => character.charCodeAt(0) < 127)).toBe(true);
  });

  it('gives exactly the rows and columns of any screen', () => {
    for (let columns = 1; columns <= 200; columns += 13) {
      for (let rows = 1; rows <= 70; rows += 7) {
        for (const books of [0, 1, 2, 5]) {
          const view = { books: Array.from({ length: books }, (_, i) => sampleBook(`S${i}`)) };
          for (const more of [{}, { trading: sampleTrading() }]) {
            const lines = draw({ columns, rows }, { ...view, ...more });
            expect(lines.length).toBe(rows);
            for (const line of lines) expect(line.length).toBe(columns);
          }
        }
      }
    }
  });

  it('colours the state of a book and keeps the width', () => {
    const painted = { ...unicode, paint: createPaint(true) };
    const lines = renderMarketView(sampleView(), { columns: 80, rows: 24 }, painted);
    const title = lines[3] ?? '';

    expect(title).toContain('\x1b[32mtrusted \x1b[39m');
    expect(title).toContain('\x1b[33msuspect (stale) \x1b[39m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it removes the colours.
    expect(title.replace(/\x1b\[\d+m/g, '').length).toBe(80);
  });

  it('says that it waits before the first book', () => {
    expect(draw({ columns: 80, rows: 24 }, { books: [] }).join('\n')).toContain(
      'waiting for the first book',
    );
  });

  it('shows the reason of a broken book', () => {
    const books = [sampleBook('BTCUSDT', 5, { state: 'broken', reason: 'checksum-mismatch' })];

    expect(draw({ columns: 80, rows: 24 }, { books }).join('\n')).toContain(
      'broken (checksum-mismatch)',
    );
  });
});
