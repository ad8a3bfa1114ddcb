// Triage in a real browser, by keyboard: a case with right suggestions decided in at most twelve keys (counted), a merge and its undoing, what is not ours handed on,
// all of it without JavaScript, what was typed kept when something is missing, the hand-over form of account people and their list.
import test from 'node:test';
import assert from 'node:assert/strict';
import { desktop, leads, open } from '../lib/browser.mjs';
import { startDesk } from '../lib/desk.mjs';

/* Presses keys and counts them. */
function counter(page) {
  let n = 0;
  return { press: (key) => { n += key.split('+').length; return page.keyboard.press(key); }, get keys() { return n; } };
}
async function northwind(desk, mara, noa) {
  const { organisation } = await desk.op('organisation.create', { name: 'Northwind', domains: ['northwind.example'], stage: 'post_sales', tier: 'enterprise', version: '5.2.1' });
  await desk.op('organisation.update', { organisation, assigned: mara.id });
  if (noa) await desk.op('organisation.person_add', { organisation, teammate: noa.id, part: 'ce' });
  return organisation;
}
const mail = async (desk, subject, body, email = 'ines@northwind.example') => (await desk.op('ticket.create', { subject, body, name: 'Ines Okafor', email })).ticket;

test('a new case by keyboard in at most twelve keys, and the next one comes', { timeout: 170000 }, async (t) => {
  const desk = await startDesk(t, {});
  const mara = await desk.person('mara@desk.example', { name: 'Mara Lind' });
  await northwind(desk, mara);
  const one = await mail(desk, 'Executor VMs time out', 'The executor VMs on Kubernetes fail with a timeout. Some users are blocked; there is a workaround.');
  const two = await mail(desk, 'How do I set up SAML', 'How do I set up SSO with SAML?');
  const page = await desktop(t, desk, mara);
  await open(page, '/triage/all');
  const k = counter(page);
  await leads(page, () => k.press('g'));               // to the first one
  assert.equal(new URL(page.url()).pathname, `/triage/${one}`);
  assert.match(await page.locator('.triage-form').textContent(), /Belongs to support, because it says that something does not work; row/);
  assert.ok(await page.locator('#f-areas-deployment').isChecked() && await page.locator('#f-themes-executors').isChecked(), 'tags are proposed');
  assert.ok(await page.locator('#f-severity-2').isChecked(), 'so is the severity');
  assert.equal(await page.locator('input[name=priority]:checked').count(), 0, 'the priority never is');
  await k.press('1');                                  // severity 1
  await k.press('5');                                  // priority p1
  await leads(page, () => k.press('d'));               // decided
  assert.ok(k.keys <= 12, `${k.keys} keys`);
  t.diagnostic(`${k.keys} keys from the list to the decision`);
  assert.equal(new URL(page.url()).pathname, `/triage/${two}`, 'the next one is there');
  assert.match(await page.locator('.flash').textContent(), /support takes it, held by Mara Lind/);
  const c = await desk.op('ticket.show', { ticket: one });
  assert.deepEqual([c.severity, c.priority, c.kind, c.tags.map((x) => x.tag ?? x).sort().join()].slice(0, 3), [1, 'p1', 'help']);
  // the second: what is missing is said, nothing is lost
  await page.locator('#f-note').fill('Their admin is away until Monday.');
  await page.locator('#f-note').press('Escape');
  await leads(page, () => page.keyboard.press('d'));
  assert.match(await page.locator('main').textContent(), /Which priority\? Only the engineer at triage sets it/);
  assert.equal(await page.locator('#f-note').inputValue(), 'Their admin is away until Monday.');
  await page.keyboard.press('6');
  await leads(page, () => page.keyboard.press('d'));
  assert.match(await page.locator('main').textContent(), /Nothing waits for triage/);
  // who comes late is told who was first
  const late = await desktop(t, desk, mara);
  const three = await mail(desk, 'It crashes', 'It crashes.');
  await open(late, `/triage/${three}`);
  await mara.do('triage.decide', { ticket: three, severity: 1, priority: 'p1' });
  await late.keyboard.press('3');
  await late.keyboard.press('7');
  await leads(late, () => late.keyboard.press('d'));
  assert.match(await late.locator('.errors').textContent(), /Mara Lind triaged this case/);
  assert.equal((await desk.op('ticket.show', { ticket: three })).severity, 1);
});

test('the same issue: merged by one key, and the merge undone', { timeout: 170000 }, async (t) => {
  const desk = await startDesk(t, {});
  const mara = await desk.person('mara@desk.example', { name: 'Mara Lind' });
  await northwind(desk, mara);
  const one = await mail(desk, 'Executor heartbeat refused after upgrade', 'The executor heartbeat is refused since the upgrade.');
  await mara.do('triage.decide', { ticket: one, severity: 1, priority: 'p1' });
  const two = await mail(desk, 'Executor heartbeat refused', 'Our executor heartbeat is refused as well.', 'tom@northwind.example');
  const page = await desktop(t, desk, mara);
  await open(page, '/triage');
  assert.equal(new URL(page.url()).pathname, `/triage/${two}`);
  await page.keyboard.press('m');
  assert.ok(await page.locator(`#f-same_as-${one}`).isChecked());
  await leads(page, () => page.keyboard.press('d'));
  assert.match(await page.locator('.flash').textContent(), new RegExp(`#${two} is merged into #${one}`));
  assert.equal((await desk.op('ticket.show', { ticket: two })).status, 'merged');
  await leads(page, () => page.getByRole('button', { name: /Undo/ }).click());
  assert.equal((await desk.op('ticket.show', { ticket: two })).status, 'new');
});

test('without JavaScript: not ours, handed on with its message, not counted', { timeout: 170000 }, async (t) => {
  const desk = await startDesk(t, {});
  const mara = await desk.person('mara@desk.example', { name: 'Mara Lind' });
  await northwind(desk, mara);
  const seats = await mail(desk, 'A question', 'Could you tell us something?');
  const page = await desktop(t, desk, mara, { javaScriptEnabled: false });
  await page.goto(`/triage/${seats}`);
  // another type: whose is it then? What was typed stays
  await page.locator('#f-ask').selectOption('licensing');
  await page.locator('#f-subject').fill('More seats');
  await page.getByRole('button', { name: /Whose is it then/ }).click();
  assert.match(await page.locator('.triage-form').textContent(), /Belongs to the customer engineer, because it asks for a licence or more seats/);
  assert.equal(await page.locator('#f-subject').inputValue(), 'More seats');
  assert.ok(await page.locator('#f-outcome-hand_on').isChecked());
  assert.match(await page.locator('#f-message').inputValue(), /best answered by the customer engineer/);
  // what the macro left open does not go to a customer
  await page.getByRole('button', { name: /^Decide/ }).last().click();
  assert.match(await page.locator('#e-message').textContent(), /Still to fill in: “when”/);
  const text = await page.locator('#f-message').inputValue();
  await page.locator('#f-message').fill(text.replace('[when]', 'tomorrow evening'));
  await page.getByRole('button', { name: /^Decide/ }).last().click();
  assert.match(await page.locator('.flash').textContent(), /no action for support/);
  const c = await desk.op('ticket.show', { ticket: seats });
  assert.equal(c.status, 'solved');
  assert.equal(c.subject, 'More seats');
  assert.match(JSON.stringify(c.tags), /no_action/);
});

test('account people: the form keeps what was typed, the case stands among theirs, and what the customer owes', { timeout: 170000 }, async (t) => {
  const desk = await startDesk(t, {});
  const mara = await desk.person('mara@desk.example', { name: 'Mara Lind' });
  const noa = await desk.person('noa@desk.example', { name: 'Noa Rey', access: 'light' });
  const org = await northwind(desk, mara, noa);
  const page = await desktop(t, desk, noa);
  await open(page, '/hand-over');
  await page.getByLabel('In short').fill('Their instance does not start since the upgrade.');
  await leads(page, () => page.getByRole('button', { name: 'Hand over' }).click());
  assert.match(await page.locator('.errors').textContent(), /Which customer is it for\?[\s\S]*What happens if nothing is done/);
  assert.equal(await page.getByLabel('In short').inputValue(), 'Their instance does not start since the upgrade.');
  await page.getByLabel('Customer', { exact: true }).selectOption(String(org));
  await page.getByLabel('Where it began').fill('https://chat.example/1');
  await page.getByLabel('What happens if nothing is done').fill('The trial stands still.');
  await page.getByLabel('Until when, and why then').fill('Friday: their review');
  await leads(page, () => page.getByRole('button', { name: 'Hand over' }).click());
  const ticket = Number(new URL(page.url()).pathname.split('/').pop());
  assert.match(await page.locator('aside').textContent(), /Noa Rey, customer engineer handed it over[\s\S]*The trial stands still/);
  await open(page, '/my-customers');
  assert.match(await page.locator('#mine').textContent(), /does not start since the upgrade[\s\S]*support’s turn/);
  await desk.op('ticket.requester', { ticket, name: 'Ines Okafor', email: 'ines@northwind.example' });
  await desk.op('ticket.reply', { ticket, body: 'I looked at it. Which version did you upgrade from?', status: 'pending' }, 'mara@desk.example');
  await leads(page, () => page.getByRole('link', { name: 'Waiting for the customer' }).click());
  assert.match(await page.locator('#mine').textContent(), /We asked: Which version did you upgrade from\?/);
});

test('a bill goes on to finance by f and d, comes back by the button, and a disagreement goes up the chain', { timeout: 170000 }, async (t) => {
  const desk = await startDesk(t, {});
  const mara = await desk.person('mara@desk.example', { name: 'Mara Lind' });
  const noa = await desk.person('noa@desk.example', { name: 'Noa Rey', access: 'light' });
  const admin = await desk.person('lena@desk.example', { name: 'Lena Vogt', access: 'admin' });
  await desk.op('setting.set', { key: 'ticket.undo_seconds', value: '120' });
  const bill = await mail(desk, 'Purchase order', 'The purchase order and the attached invoice.', 'ap@bills.example');
  const page = await desktop(t, desk, mara);
  await open(page, `/triage/${bill}`);
  // no address yet: it says what to do, and nothing is decided
  await page.getByLabel(/Quietly/).check();
  await leads(page, () => page.getByRole('button', { name: /^Decide/ }).last().click());
  assert.match(await page.locator('#e-forward').textContent(), /names no address/);
  // the admin writes it into the row, from the page's own link
  const office = await desktop(t, desk, admin);
  await open(office, `/triage/${bill}`);
  await leads(office, () => office.getByRole('link', { name: 'Write it into the row' }).click());
  await office.getByLabel('Address or link').fill('finance@company.example');
  await leads(office, () => office.getByRole('button', { name: 'Let it follow' }).click());
  await open(page, `/triage/${bill}`);
  assert.match(await page.locator('#f-forward').textContent(), /finance: finance@company\.example/);
  await page.getByLabel('A word for whoever gets it there').fill('Yours, I think.');
  await page.getByLabel(/Quietly/).check();
  await page.keyboard.press('Escape');
  await page.locator('body').focus();
  await leads(page, () => page.getByRole('button', { name: /^Decide/ }).last().click());
  assert.match(await page.locator('.flash').textContent(), /forwarded to finance@company\.example/);
  await leads(page, () => page.locator('.flash').getByRole('button', { name: /Undo/ }).click());
  assert.equal((await desk.op('ticket.show', { ticket: bill })).status, 'new');
  await open(page, `/tickets/${bill}`);
  assert.match(await page.locator('aside').textContent(), /Not sent on after all to finance, finance@company\.example/);

  await desk.op('ticket.take', { ticket: bill }, 'mara@desk.example');
  const away = await desktop(t, desk, noa);
  await open(away, `/escalations/${bill}`);
  await away.getByLabel('Why').fill('They wait since Monday.');
  await leads(away, () => away.getByRole('button', { name: 'Take it there' }).click());
  assert.match(await away.locator('main, .wrap').first().textContent(), /waits for a word/);
  await away.getByLabel('Why').fill('We do not see it the same way.');
  await away.getByRole('button', { name: 'Take it further' }).click();   // the browser wants both views first
  assert.ok(await away.getByLabel('What the other side sees').evaluate((e) => !e.validity.valid && e.form.action.endsWith('/do/escalation.raise')));
  await away.getByLabel('What you see').fill('They wait for us.');
  await away.getByLabel('What the other side sees').fill('The log is missing.');
  await leads(away, () => away.getByRole('button', { name: 'Take it further' }).click());
  await open(page, '/queue/unsolved');
  assert.match(await page.locator('main').textContent(), /escalated/);
  await open(office, '/escalations');
  await leads(office, () => office.locator('#escalations').getByRole('link', { name: 'Purchase order' }).click());
  await office.getByLabel('What was settled').fill('We ask for the log today.');
  await leads(office, () => office.getByRole('button', { name: 'It is settled' }).click());
  assert.match(await office.locator('.wrap').textContent(), /Settled: agreed\. We ask for the log today\./);
  assert.doesNotMatch(JSON.stringify((await desk.op('ticket.show', { ticket: bill })).tags), /escalated/);

  // what reaches her by mail, chosen on a page without JavaScript
  const plain = await desktop(t, desk, mara, { javaScriptEnabled: false });
  await plain.goto('/notices');
  await plain.getByLabel('A case comes to you').selectOption('at_once');
  await plain.getByRole('button', { name: /Keep this/ }).click();
  assert.equal(await plain.getByLabel('A case comes to you').inputValue(), 'at_once');

  // an admin makes levels practice again, and a level is invoked
  await open(office, '/load');
  await office.getByText('Make levels practice', { exact: true }).click();
  await office.locator('#edition-why, [id*=edition] [name=why], form[action="/do/level.edition"] [name=why]').first().fill('The big release');
  await leads(office, () => office.getByRole('button', { name: 'From then on' }).click());
  await office.getByText('Invoke a level', { exact: true }).click();
  await office.locator('form[action="/do/level.invoke"] [name=level]').fill('2');
  await office.locator('form[action="/do/level.invoke"] [name=why]').fill('Half of us are away');
  await leads(office, () => office.getByRole('button', { name: 'Invoke it' }).click());
  assert.match(await office.locator('.in-force').textContent(), /Level 2, invoked by Lena Vogt/);
});
