import { chromium } from 'playwright-core';
import { mkdirSync } from 'node:fs';
const [link, dir, ...paths] = process.argv.slice(2);
mkdirSync(dir, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const first = await browser.newContext({ viewport: { width: 1280, height: 800 } });
const page0 = await first.newPage();
await page0.goto(link);
await Promise.all([page0.waitForURL(u => !u.pathname.startsWith('/sign-in')), page0.click('main button, form button')]);
const state = await first.storageState();
for (const theme of ['light', 'dark']) for (const width of [1280, 320]) {
  if (theme === 'dark' && process.env.LIGHT) continue;
  const c = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme, storageState: state });
  const p = await c.newPage();
  p.on('console', m => m.type() === 'error' && console.log(m.text()));
  for (const path of paths) {
    await p.goto(new URL(path, link).href);
    await p.waitForSelector('h1');
    const over = await p.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (over > 0) console.log('overflow', path, width, over);
    await p.screenshot({ path: `${dir}/${path.replaceAll('/', '_')}-${width}-${theme}.png`, fullPage: true });
  }
  await c.close();
}
await browser.close();
