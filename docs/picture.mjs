// The picture in README.md, of a running desk: node docs/picture.mjs ONE-TIME-LINK [OUT] [PAGE]
// (the link: tend teammate link NUMBER, or what `make run` prints)
import { chromium } from 'playwright-core';

const [link, out = 'docs/queue.png', path = '/queue/mine'] = process.argv.slice(2);
if (!link) throw new Error('Give a one-time sign-in link.');
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
page.on('pageerror', e => { console.error(e.message); process.exitCode = 1; });
await page.goto(link);
await Promise.all([page.waitForURL(u => !u.pathname.startsWith('/sign-in')), page.click('main button, form button')]);
await page.goto(new URL(path, link).href);
await page.waitForSelector('h1');
await page.screenshot({ path: out });
console.log(page.url(), await page.title());
await browser.close();
