// Pages by the keyboard alone: Tab until an element has the focus and shows it, Enter, typing. And the screens of such a walk.
import assert from 'node:assert/strict';

export const SCREENS = [{ viewport: { width: 1280, height: 900 }, colorScheme: 'light' }, { viewport: { width: 320, height: 700 }, colorScheme: 'dark' }];

export async function pageOf(t, browser, desk, who, screen) {
  const context = await browser.newContext({ ...screen, reducedMotion: 'reduce', baseURL: desk.url });
  t.after(() => context.close());
  await context.addCookies([{ name: 'tend', value: who.cookie.slice('tend='.length), url: desk.url }]);
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  return page;
}

/* Presses Tab until the element has the focus, and sees that it shows where it is. */
export async function tabTo(page, locator, most = 250) {
  await locator.first().waitFor();
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    if (await locator.first().evaluate((e) => document.activeElement === e)) {
      const seen = await locator.first().evaluate((e) => {
        const s = getComputedStyle(e), r = e.getBoundingClientRect();
        return { ring: s.outlineStyle !== 'none' || s.boxShadow !== 'none', inside: r.width > 0 && r.right > 0 && r.left < innerWidth };
      });
      assert.deepEqual(seen, { ring: true, inside: true }, 'the focus is seen');
      return;
    }
  }
  assert.fail(`Tab does not lead to ${locator}`);
}
/* Enter on it leads to another page. */
export async function go(page, locator) {
  await tabTo(page, locator);
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
}
export async function type(page, locator, text) {
  await tabTo(page, locator);
  await page.keyboard.press('Control+a');
  await page.keyboard.type(text);
}
