// One Chromium for a browser test's file, and what the walks do in it: a page of somebody's that fails the test on any script error or policy violation, a page
// that is waited for, a look by axe wide in light and narrow in dark. Importing this starts the browser before the tests and ends it after them (CHROMIUM names another).
import { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
export const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
export const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export let browser;
before(async () => { browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args }); });
after(() => browser?.close());

/* A browser of that person (nobody: null); gives a function that opens a tab of it. `wait` is how long its pages wait for anything. */
export async function tabsOf(t, desk, who, { wait = 20000, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', baseURL: desk.url, ...options });
  if (who) await context.addCookies([{ name: 'tend', value: who.cookie.slice('tend='.length), url: desk.url }]);
  const wrong = [];
  t.after(async () => { await context.close(); assert.deepEqual(wrong, []); });
  return async () => {
    const page = await context.newPage();
    page.setDefaultTimeout(wait);
    page.on('pageerror', (e) => wrong.push(e.message));
    page.on('console', (m) => { if (/Content Security Policy|Trusted/i.test(m.text())) wrong.push(m.text()); });
    return page;
  };
}
export const desktop = async (t, desk, who, options) => (await tabsOf(t, desk, who, options))();

/* The page's script is at work: the keys answer. */
export const ready = (page) => page.waitForFunction(() => document.querySelector('[data-open="keys"]')?.hidden === false);
export async function open(page, to) {
  await page.goto(to);
  await ready(page);
}
/* Does something that leads to another page, and waits for it. */
export async function leads(page, act) {
  const loaded = page.waitForEvent('load');
  await act();
  await loaded;
  await ready(page);
}
export const press = (page, ...keys) => keys.reduce((p, k) => p.then(() => page.keyboard.press(k)), Promise.resolve());
/* Sends what is typed and waits for the page that comes back. */
export const send = (page, ...keys) => leads(page, () => press(page, ...keys));

export async function looked(t, desk, who, paths) {
  for (const [width, colorScheme] of [[1280, 'light'], [320, 'dark']]) {
    const page = await desktop(t, desk, who, { viewport: { width, height: 800 }, colorScheme, bypassCSP: true });
    for (const p of paths) {
      await page.goto(p);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${p} scrolls sideways at ${width}`);
      await page.addScriptTag({ path: AXE });
      const found = await page.evaluate((rules) => axe.run({ runOnly: rules }), RULES);
      assert.deepEqual(found.violations.map((v) => `${p} ${width} ${colorScheme} ${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).slice(0, 3)}`), []);
    }
    await page.context().close();
  }
}
