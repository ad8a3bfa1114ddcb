// The walk of an engineer through one case, by keyboard alone, on the real program in a real browser: mail in, take, note, file, reply, undo,
// send, the customer's answer in place, a stale reply stopped, resolve, the customer's yes, and the history of all of it.
import test from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { desktop, looked, press, ready, send } from '../lib/browser.mjs';
import { folder, startDesk, until } from '../lib/desk.mjs';
import { letter, messages, show, SUPPORT } from '../lib/mail.mjs';
import { smtpSink } from '../lib/sink.mjs';

test('the walk, by keyboard', { timeout: 90000 }, async (t) => {
  const sink = await smtpSink(t), desk = await startDesk(t, { smtp: sink.url });
  const mara = await desk.person('mara@desk.example', { name: 'Mara Lind', zone: 'Europe/Oslo', scope: 'write' });
  const theo = await desk.person('theo@desk.example', { name: 'Theo Brandt', scope: 'write' });
  await desk.op('organisation.create', { name: 'Northwind', domains: ['northwind.example'], plan: 'Enterprise trial', deployment: 'self_hosted_compose', stage: 'pre_sales' });
  await desk.op('setting.set', { key: 'ticket.undo_seconds', value: '3' });
  const page = await desktop(t, desk, mara, { wait: 8000 });

  // the mail comes in while she looks at the queue: it stands there without a reload
  await page.goto('/queue/unassigned');
  await ready(page);
  await page.evaluate(() => { window.sameDocument = true; });
  const lines = Array.from({ length: 14 }, (_, i) => `> earlier line ${i + 1}\r\n`).join('');
  const first = letter({ subject: 'Executor VMs stay in "starting"', body: 'No batch change starts.\r\n\r\n```\r\nlevel=error status=403\r\n```\r\n' });
  await desk.lmtp({ from: 'ines@northwind.example', to: [SUPPORT], raw: first });
  const row = page.locator('#tickets [data-row]');
  await row.waitFor();
  assert.match(await row.textContent(), /Executor VMs stay in/);
  assert.equal(await page.evaluate(() => window.sameDocument), true, 'no reload');
  const ticket = Number(await row.getAttribute('data-row')), at = `/tickets/${ticket}`;

  // opened, who it is, taken
  await press(page, 'j');
  await send(page, 'Enter');
  assert.equal(new URL(page.url()).pathname, at);
  assert.match(await page.locator('.side').textContent(), /Northwind[\s\S]*pre-sales[\s\S]*Enterprise trial/);
  assert.equal(await page.locator('.msg pre').textContent(), 'level=error status=403\n');
  await send(page, 't');
  assert.match(await page.locator('.top .tag').textContent(), /Open: our turn/);
  assert.match(await page.locator('.side').textContent(), /Held by\s*Mara Lind/);

  // somebody else is here
  const other = await desktop(t, desk, theo, { wait: 8000 });
  await other.goto(at);
  await until('she sees that Theo is here', () => page.locator('.top .presence').textContent().then((x) => x.includes('Theo Brandt is looking')));

  // an internal note is the default, with a file
  await press(page, 'i');
  await page.keyboard.type('Same 403 as **#4098**.');
  const log = path.join(folder(t), 'executor.log');
  writeFileSync(log, 'heartbeat refused\n');
  await page.locator('input[name=files]').setInputFiles(log);
  await page.locator('textarea[name=body]').focus();
  await send(page, 'Control+Enter');
  const note = page.locator('.msg.note');
  assert.equal(await note.locator('strong').textContent(), '#4098');
  assert.match(await note.locator('.files').textContent(), /executor\.log/);
  assert.equal(sink.mails.filter((m) => m.raw.includes('4098')).length, 0, 'a note never leaves');
  await other.locator('.msg.note').waitFor();

  // the draft is kept by the desk, not only by this browser
  await press(page, 'r');
  await page.keyboard.type('Please set `EXECUTOR_TOKEN` again.');
  assert.match(await page.locator('.write .to').textContent(), /To Ines Okafor/);
  await until('the draft is kept', async () => (await desk.http('GET', at, { cookie: mara.cookie })).text.includes('Please set `EXECUTOR_TOKEN` again.</textarea>'));

  // sent, and taken back within the seconds that are left
  await send(page, 'Control+Enter');
  assert.equal(await page.locator('.msg.ours').count(), 1);
  assert.match(await page.locator('.flash').textContent(), /on its way[\s\S]*Undo/);
  await send(page, 'z');
  assert.equal(new URL(page.url()).pathname, at, 'undo comes back to the ticket');
  assert.equal(await page.locator('.msg.ours').count(), 0);
  assert.equal(await page.locator('textarea[name=body]').inputValue(), 'Please set `EXECUTOR_TOKEN` again.');
  assert.equal(await page.locator('[data-public]').isChecked(), true, 'it is a reply again');

  // sent for good
  await page.locator('textarea[name=body]').focus();
  await send(page, 'Control+Enter');
  const out = await sink.wait('the reply leaves', (m) => m.mail.text?.includes('EXECUTOR_TOKEN'));
  assert.ok(out.mail.html.includes('<code>EXECUTOR_TOKEN</code>'));
  assert.equal(await page.locator('textarea[name=body]').inputValue(), '');

  // the customer answers: in place, quoted text folded
  await page.evaluate(() => { window.sameDocument = true; });
  await desk.lmtp({ from: 'ines@northwind.example', to: [out.mail.replyTo.value[0].address], raw: letter({
    subject: out.mail.subject, to: out.mail.replyTo.value[0].address, body: 'That was it, thank you.\r\n\r\nOn Tue, Mara Lind wrote:\r\n' + lines,
    headers: { 'In-Reply-To': out.mail.messageId, References: out.mail.messageId },
  }) });
  await page.getByText('That was it, thank you.').waitFor();
  assert.equal(await page.evaluate(() => window.sameDocument), true, 'no reload');
  const quoted = page.locator('.msg details.quoted', { hasText: 'Quoted text' });
  assert.equal(await quoted.getAttribute('open'), null);
  assert.match(await quoted.locator('summary').textContent(), /1[45] lines/);
  assert.match(await page.locator('.top .tag').textContent(), /Open: our turn/);

  // Theo answers while she writes: her reply is stopped, nothing is lost, and she decides
  await press(page, 'r');
  await page.keyboard.type('Glad to hear it.');
  await theo.do('ticket.reply', { ticket, body: 'Welcome!' });
  await page.locator('[data-stale]:not([hidden])').waitFor();
  await page.evaluate(() => { document.querySelector('[data-composer] [name=seen]').value = '1'; });
  await send(page, 'Control+Enter');
  assert.match(await page.locator('.write .errors').textContent(), /Theo Brandt/);
  assert.equal(await page.locator('textarea[name=body]').inputValue(), 'Glad to hear it.');
  await page.locator('button[name=anyway]').focus();
  await send(page, 'Enter');
  assert.equal(await page.locator('.msg.ours', { hasText: 'Glad to hear it.' }).count(), 1);

  // every page of the ticket, looked at by axe, wide in light, narrow in dark
  await looked(t, desk, mara, [at, `${at}/history`, '/tickets/new', '/queue/unsolved', '/queue/mine', '/search?q=executor']);

  // resolved; the customer is asked, and her yes closes it
  await page.goto(at);
  await ready(page);
  await send(page, 'e');      // which rule, by its digit; what is missing is said at each box, and what was typed stays
  await send(page, '1');
  await page.locator('#f-engineering').focus();
  await page.keyboard.type('none');
  await send(page, 'Enter');
  assert.match(await page.locator('.errors').textContent(), /It is not solved yet/);
  assert.match(await page.locator('#e-docs').textContent(), /docs/);
  assert.equal(await page.locator('#f-engineering').inputValue(), 'none');
  await page.locator('#f-confirmed').focus();
  await page.keyboard.type('“that was it”, she wrote');
  await page.locator('#f-kind').focus();
  await page.keyboard.type('question');
  await press(page, 'Tab');
  await page.keyboard.type('p2');
  await page.locator('#f-docs').focus();
  await page.keyboard.type('they');
  await page.locator('#f-symptom').focus();
  await page.keyboard.type('Executors stay in starting');
  await press(page, 'Tab');
  await page.keyboard.type('The token has a new name');
  await press(page, 'Tab');
  await send(page, 'Enter');
  assert.equal(new URL(page.url()).pathname, at);
  assert.match(await page.locator('.top .tag').textContent(), /Solved/);
  assert.match(await page.locator('.side').textContent(), /R1, cited by Mara Lind/);
  await looked(t, desk, mara, [`${at}/resolve`, '/to-fill', '/to-fill?all=1']);
  await desk.op('ticket.confirm_ask', { ticket });
  const ask = await sink.wait('the question leaves', (m) => /\/confirm\//.test(m.mail.text ?? ''));
  const link = ask.mail.text.match(/\/confirm\/[a-z0-9.]+/)[0];
  await looked(t, desk, null, [link, '/confirm/1.nothing']);
  const hers = await desktop(t, desk, null, { wait: 8000 });
  await hers.goto(link);
  assert.match(await hers.locator('main').textContent(), /Executor VMs/);
  await hers.getByRole('button', { name: 'Yes, it is solved' }).focus();
  await press(hers, 'Enter');
  await hers.getByText('Good to know').waitFor();
  assert.equal((await show(desk, ticket)).status, 'closed');
  await page.getByText('closed for good').waitFor();

  // the whole history, with who
  await page.goto(`${at}/history`);
  const told = await page.locator('ol.history').textContent();
  for (const words of [/Mara Lind\s+took it/, /Ines Okafor/, /took a reply back before it left/, /Theo Brandt\s+replied/, /status solved → closed/]) assert.match(told, words);
  assert.ok((await messages(desk, ticket)).length >= 5);
});

test('without scripts the forms still work, and a failed one keeps what was typed', { timeout: 60000 }, async (t) => {
  const desk = await startDesk(t, {}), mara = await desk.person('mara@desk.example', { name: 'Mara Lind', scope: 'write' });
  const { ticket } = await desk.op('ticket.create', { subject: 'No script', body: 'Help', name: 'Ines Okafor', email: 'ines@northwind.example' });
  const page = await desktop(t, desk, mara, { javaScriptEnabled: false, wait: 8000 });
  await page.goto(`/tickets/${ticket}`);
  await page.getByRole('button', { name: /Save note/ }).click();
  assert.match(await page.locator('.write .errors').textContent(), /There is no text yet/);
  await page.locator('[data-public]').check();
  await page.locator('textarea[name=body]').fill('By hand.');
  await page.getByRole('button', { name: /Send to Ines/ }).click();
  assert.equal(await page.locator('.msg.ours').count(), 1);
  assert.match(await page.locator('.flash').textContent(), /Undo/);
  await page.goto(`/files/999/nothing.log`);
  assert.match(await page.locator('main').textContent(), /no such file/i);
});
