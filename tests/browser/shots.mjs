// Screenshots of the fixture pages for eyes: node tests/browser/shots.mjs DIR
import { chromium } from 'playwright-core';
import { mkdirSync } from 'node:fs';
import { serve } from './fixtures/server.mjs';

const dir = process.argv[2] ?? 'shots';
mkdirSync(dir, { recursive: true });
const desk = await serve();
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
for (const theme of ['light', 'dark'])
  for (const width of [1280, 320]) {
    const context = await browser.newContext({ viewport: { width, height: width > 400 ? 800 : 640 }, colorScheme: theme });
    const page = await context.newPage();
    page.on('console', m => m.type() === 'error' && console.log(theme, width, m.text()));
    page.on('pageerror', e => console.log(theme, width, e.message));
    for (const name of ['queue', 'ticket', 'admin', 'door', 'empty']) {
      await page.goto(desk.url + (name === 'ticket' ? '/tickets/4127' : '/' + name));
      if (name === 'queue' && width > 400) { await page.keyboard.press('j'); await page.keyboard.press('j'); }
      await page.screenshot({ path: `${dir}/${name}-${width}-${theme}.png`, fullPage: name !== 'queue' });
    }
    if (theme === 'light') {
      await page.goto(desk.url + '/queue');
      await page.keyboard.press('Control+k');
      await page.screenshot({ path: `${dir}/palette-${width}.png` });
      await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      await page.screenshot({ path: `${dir}/keys-${width}.png` });
      if (width < 400) { await page.keyboard.press('Escape'); await page.click('.menu-key'); await page.screenshot({ path: `${dir}/menu-${width}.png` }); }
    }
    await context.close();
  }
await browser.close();
desk.close();
