// Every page of the real program, as an admin sees it in a real browser under the real content security policy: it opens, axe finds nothing at 1280 and at
// 320 px, nothing overflows there or at 200 % zoom and nothing is cut off, no script error, no policy violation; and what the queue page weighs. A new page is walked by itself: the list of routes comes
// from the program. Run: node --test tests/browser/pages.test.mjs (TEND_BIN, CHROMIUM; PAGES='^/(next|load)' looks at some of them while you work).
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AXE, RULES, browser } from '../lib/browser.mjs';
import { BIN, folder, multipart, startDesk, until } from '../lib/desk.mjs';
import { seedGrowth } from '../lib/growth.mjs';
import { seedRules } from '../lib/rules.mjs';

const axe = readFileSync(AXE, 'utf8');
const FIRST_VISIT_MAX_BYTES = 60 * 1024, FIRST_VISIT_MAX_REQUESTS = 3, PAGE_MS = 10000;

const HTML_MAIL = ['From: Ines Okafor <ines@northwind.example>', 'To: support@desk.example', 'Subject: A table that broke', 'Message-ID: <t1@northwind.example>',
  'MIME-Version: 1.0', 'Content-Type: text/html; charset=utf-8', '', '<p>Hello, <b>this</b> broke:</p><table><tr><td>one</td></tr></table>'].join('\r\n');
const AUTO_MAIL = ['From: bot@x.example', 'Subject: Away', 'Auto-Submitted: auto-replied', 'Message-ID: <t2@x.example>', '', 'I am away.'].join('\r\n');

/* A desk with some of everything, and an admin's session. */
async function livelyDesk(t, tickets) {
  const dir = folder(t, 'tend-pages'), data = path.join(dir, 'data');
  const demo = spawnSync(BIN, ['demo', '--data', data, '--tickets', String(tickets), '--seed', '7'], { encoding: 'utf8', timeout: 60000 });
  assert.equal(demo.status, 0, demo.stderr);
  const desk = await startDesk(t, { data, db: 'sqlite', verify: false });
  const admin = await desk.person('lena@desk.example', { access: 'admin', name: 'Lena Vogt' });
  return { desk, admin };
}

/* A playbook with a bit of everything, a draft beside its published revision, and a run of it. */
async function playbooks(desk, admin, ticket) {
  const { playbook } = await desk.op('playbook.create', { name: 'New colleague' });
  const plan = { name: 'New colleague', subject: 'teammate', about: 'Take **your** pace.', sections: [
    { key: 'week-1', title: 'Week 1', about: 'Nothing to show yet.', tasks: [
      { key: 'laptop', title: 'Set up a laptop', about: '1. Disk\n2. Keys', who: ['newcomer'], due: { from: 'start', offset: 'P1D', days: 'working' }, fields: [
        { key: 'os', label: 'System', type: 'choice', choices: ['Linux', 'Mac'], required: true }, { key: 'buddy', label: 'Your buddy', type: 'person', gives: 'buddy' },
        { key: 'shot', label: 'A picture', type: 'file' }, { key: 'day', label: 'Demo day', type: 'date' }, { key: 'words', label: 'In your words' }] },
      { key: 'mac', title: 'Enrol the Mac, with a title that is so long that a narrow page has to cut it somewhere', hidden: true },
      { key: 'proof', title: 'Edit a page', who: ['newcomer'], proof: true }] },
    { key: 'week-2', title: 'Week 2', tasks: [
      { key: 'ok', title: 'All set?', kind: 'approval', approves: ['proof'], who: ['manager'], stop: true },
      { key: 'sign', title: 'Roadmap', kind: 'signoff', who: ['newcomer', 'manager'] },
      { key: 'talk', title: 'Talk with your mentor', who: ['mentor'], optional: true, due: { from: 'start', offset: 'P1W' }, repeat: { every: 'P1W', until: 'P90D' } }] }],
  rules: [{ key: 'r1', when: [[{ of: 'os', is: 'equals', value: 'Mac' }]], do: 'show', targets: ['mac'] }] };
  await desk.op('playbook.replace', { playbook, plan: JSON.stringify(plan) });
  await desk.op('playbook.publish', { playbook, note: 'First edition' });
  const { run } = await desk.op('run.start', { playbook, subject: 'teammate', subject_id: admin.id, cast: [`manager=${admin.id}`, `mentor=${admin.id}`] });
  await desk.op('run.answer', { run, field: 'os', value: 'Mac' });
  await admin.do('run.done', { run, task: 'laptop', comment: 'Took an hour' });
  await desk.op('run.note', { run, task: 'proof', body: 'Here', link: 'https://example.com/page' });
  await desk.op('playbook.task_add', { playbook, title: 'One more', section: 'week-2' });
  await desk.op('playbook.publish', { playbook });
  await desk.op('playbook.task_add', { playbook, title: 'And another', due_from: 'due', due_of: 'gone' });
  await desk.op('schedule.create', { playbook, rhythm: 'weekly', weekdays: ['mon', 'thu'], at: '09:00', zone: 'Europe/Oslo', subject: 'teammate', subject_id: admin.id });
  const { playbook: small } = await desk.op('playbook.create', { name: 'Small', subject: 'ticket' });
  await desk.op('playbook.task_add', { playbook: small, title: 'Call them' });
  await desk.op('playbook.publish', { playbook: small });
  await desk.op('run.start', { playbook: small, subject: 'ticket', subject_id: ticket });
  return { playbook, run, small };
}

/* The line with something in force: a session that holds, overload, somebody away whose case somebody looks after, somebody at capacity, an area. */
async function theLine(desk, admin, ticket) {
  const day = d => new Date(Date.now() + d * 864e5).toISOString().slice(0, 10), tom = await desk.person('tom@desk.example', { name: 'Tom Fraser' });
  const { ticket: his } = await desk.op('ticket.create', { subject: 'Waits for Tom', body: 'Hello', name: 'Ines Okafor', email: 'ines@northwind.example' });
  await tom.do('ticket.take', { ticket: his });
  await tom.do('absence.plan', { from: day(0), until: day(6), cover: admin.id, note: 'Northwind calls on Thursday.' });
  await admin.do('absence.plan', { from: day(10), until: day(11) });
  await admin.do('skill.name', { tag: 'executors' });
  await admin.do('overload.declare', { why: 'The outage of this morning, and half of us are away', hours: 8 });
  const { session } = await admin.do('ranking.begin', { title: 'After the outage, with a title that is long enough to be cut somewhere', why: 'Two launches', hours: 24 });
  await admin.do('ranking.order', { session, tickets: [ticket], reason: 'Their launch is on Friday' });
  await admin.do('ranking.hear', { session, name: 'Ana Reis', part: 'sales', said: 'The renewal hangs on it.' });
  await admin.do('ranking.set', { session, unheard: 'Customer engineering is asleep' });
  await desk.op('capacity.declare', { why: 'Two escalations', teammate: (await desk.person('ria@desk.example', { name: 'Ria Kohl' })).id });
  return session;
}

/* Somebody on the way to a certificate with two scored sessions, a pairing and an open one, a question, account work. */
async function practice(desk, admin) {
  const role = (p, role) => desk.op('teammate.update', { teammate: p.id, role });
  const mia = await desk.person('mia@desk.example', { name: 'Mia Sol' }), noa = await desk.person('noa@desk.example', { name: 'Noa Rey' });
  for (const p of [admin, mia, noa]) await role(p, 'customer_engineer');
  const { items } = await desk.op('certification.editions', { programme: 'demo' });
  const { certification } = await desk.op('certification.start', { teammate: noa.id, mentor: mia.id, manager: admin.id, edition: items.find(e => e.valid_from === '2021-09-01').id });
  const day = d => new Date(Date.now() + d * 864e5).toISOString().slice(0, 10), call = (on, more) => desk.op('call.plan', { title: 'First look', kind: 'demo', on: day(on), at: '10:00',
    zone: 'America/Toronto', organisation: 1, lead: noa.id, shadows: [mia.id], agenda: 'Who they are', ...more });
  for (const on of [-3, -2]) {
    const planned = await call(on), { session } = await desk.op('call.held', { call: planned.call, outcome: 'They want a trial.' });
    await desk.op('certification.score', { session, scores: ['prepared=3', 'listens=2', 'shows=1'], note: 'Ask first.', by: mia.id });
    await desk.op('call.record', { call: planned.call, url: 'https://rec.example/1', minutes: 30, consent: 'Ines Okafor' });
  }
  await call(5);
  await desk.op('call.plan', { title: 'Nobody leads it yet', kind: 'discovery', on: day(6), at: '11:00', zone: 'UTC' });
  const pairing = (await desk.op('pairing.make', { newcomer: noa.id, kind: 'mentor', partner: mia.id, manager: admin.id, exception: 'the desk is new' })).pairing;
  await desk.op('pairing.make', { newcomer: noa.id, kind: 'buddy', manager: admin.id });
  await desk.op('pairing.make', { newcomer: mia.id, kind: 'mentor', partner: admin.id, exception: 'the desk is new' });
  for (const newcomer of [mia.id, admin.id]) await desk.op('pairing.ask', { body: 'Whom do I tell about a holiday?', newcomer });
  await desk.op('pairing.fallback', { topic: 'Time off and pay', teammate: mia.id, note: 'by chat' });
  const { work } = await desk.op('work.begin', { kind: 'trial', title: 'Trial', organisation: 1, owner: noa.id, with: admin.id, with_part: 'lead', starts_on: day(0) });
  const gates = await desk.op('work.begin', { kind: 'tech_win', title: 'Gates', organisation: 1, owner: noa.id });
  return {
    '/calls/feed/:token': null /* a file for calendars */,
    '/calls': ['', '?past=1', '?free=1&kind=demo'].map(q => ({ to: '/calls' + q })),
    '/calls/:id': [1, 3, 4].map(id => ({ to: `/calls/${id}` })),
    '/certifications/:id': { to: `/certifications/${certification}` },
    '/certifications/programmes/:slug': { to: '/certifications/programmes/demo' },
    '/pairings/new': ['mentor', 'buddy', 'account'].map(kind => ({ to: `/pairings/new?newcomer=${noa.id}&kind=${kind}` })),
    '/pairings/:id': [pairing, pairing + 1].map(id => ({ to: `/pairings/${id}` })),
    '/account-work/new': ['/account-work/new', '/account-work/new?organisation=1&kind=trial'].map(to => ({ to })),
    '/account-work/:id': [work, gates.work].map(id => ({ to: `/account-work/${id}` })),
  };
}

/* What stands behind each pattern that needs something. null: no page of its own (said why). */
async function targets(desk, admin) {
  assert.match((await desk.lmtp({ from: 'ines@northwind.example', to: ['support@desk.example'], raw: HTML_MAIL })).join(), /^250/);
  assert.match((await desk.lmtp({ from: '', to: ['support@desk.example'], raw: AUTO_MAIL })).join(), /^250/);
  const mail = await until('both mails are handled', async () => {
    const { items } = await desk.op('mail.inbox', { max: 10 });
    return items.length === 2 && items.every(i => i.state !== 'new') && items;
  });
  const ticket = mail.find(m => m.ticket).ticket;
  const { items: messages } = await desk.op('ticket.messages', { ticket });
  const file = multipart([['kind', 'organisations'], ['file', 'name,domains\r\nAcme,acme.example\r\n', 'acme.csv', 'text/csv']]);
  const upload = await desk.http('POST', '/api/v1/account.upload_csv', { token: admin.token, ...file });
  assert.equal(upload.status, 200, upload.text);
  const { link, path: p } = await desk.op('teammate.link', { teammate: admin.id });
  /* what writing and finding have: views of each kind, a bulk edit, a summary, drafts of two people and two tabs */
  await admin.do('view.create', { name: 'Waiting', query: 'is:unsolved sort:waiting', share: 'all' });
  await admin.do('view.create', { name: 'As a table', query: 'status:pending,open', columns: ['status', 'holder', 'customer', 'tags', 'waiting', 'updated'] });
  await admin.do('view.create', { name: 'A tag that is gone', query: 'tag:nobodyhasit' });
  await admin.do('bulk.apply', { tickets: [ticket], priority: 'p2' });
  await admin.do('summary.write', { ticket: 3, symptom: 'The heartbeat of the executors was refused.', action: 'The token was set again.', version: '5.2.1' });
  await admin.do('draft.save', { ticket, body: 'Please send us the logs ASAP. [what you found]', mode: 'reply' });
  await admin.do('draft.beside', { ticket, tab: 'x', body: 'Another text' });
  await desk.op('draft.save', { ticket, body: 'Half a thought', mode: 'reply' }, 'mara@tend.example');
  /* what looking back has: a review of hers to write, and a long case */
  const { ticket: done } = await desk.op('ticket.create', { subject: 'Not ours', body: 'Hello', name: 'Ines Okafor', email: 'ines@northwind.example' });
  await admin.do('ticket.take', { ticket: done });
  await admin.do('ticket.status', { ticket: done, status: 'solved', rule: 'R0', reason: 'for sales' });
  await desk.op('resolve.rule', { code: 'T', name: 'Trained', applies: 'In this test', no_fields: true });
  const ben = await desk.person('ben@desk.example', { name: 'Ben Ruiz' });
  const { ticket: bens } = await desk.op('ticket.create', { subject: 'A case of Ben', body: 'Hello', name: 'Ines Okafor', email: 'ines@northwind.example' });
  await ben.do('ticket.take', { ticket: bens });
  await ben.do('ticket.status', { ticket: bens, status: 'solved', rule: 'T' });
  await admin.do('review.draw', {});
  const looked = { review: (await admin.do('review.list', {})).items[0].review };
  const { playbook, run, small } = await playbooks(desk, admin, ticket);
  /* triage: a case that waits, one that was decided, one that a colleague passed on without a word, facts, notes, a row of the desk's words */
  const ask = async (subject, body, email) => (await desk.op('ticket.create', { subject, body, name: 'Ines Okafor', email })).ticket;
  const waits = await ask('Executor heartbeat refused', 'The executor heartbeat is refused with a timeout on Kubernetes.', 'ines@northwind.example');
  const decided = await ask('Executor heartbeat refused after an upgrade', 'The executor heartbeat is refused.', 'ines@northwind.example');
  await admin.do('triage.decide', { ticket: decided, severity: 2, priority: 'p2', organisation: 1 });
  const blind = await ask('Fwd: help', '---------- Forwarded message ---------\nFrom: Ines\nMore seats please', 'lena@desk.example');
  await admin.do('context.hand_over', { organisation: 1, ticket: waits, issue_url: 'https://chat.example/1', summary: 'Their executors stand still since the upgrade', consequence: 'The trial ends', time_limit: 'Friday' });
  await admin.do('account_fact.add', { organisation: 1, kind: 'health', title: 'Utilisation', value: '64 % of seats' });
  await admin.do('triage_cue.add', { kind: 'theme', words: 'flux capacitor', value: 'flux' });
  await desk.op('organisation.person_add', { organisation: 1, teammate: admin.id, part: 'ce' });
  /* passed on by mail, a disagreement that went two steps up, one that was settled, things told */
  await desk.op('owner_rule.add', { code: 'bills-here', position: 1, asks: ['bill'], owner: 'finance', action: 'forward', route: 'forward to finance', dest: 'finance@company.example' });
  const bill = await ask('Purchase order', 'The purchase order and the attached invoice.', 'ap@bills.example');
  await admin.do('triage.decide', { ticket: bill, forward_words: 'Yours, I think.' });
  const bills = await ask('Another purchase order', 'The purchase order and the attached invoice.', 'ap@bills.example');
  await ben.do('escalation.raise', { ticket: waits, reason: 'Their trial ends on Friday, and nobody has said a word since Monday.' });
  await admin.do('escalation.raise', { ticket: waits, reason: 'We do not see it the same way.', own_view: 'They wait for us.', other_view: 'The log is missing.', to: admin.id });
  await ben.do('escalation.raise', { ticket: bens, reason: 'It is slow', chain: 'disagreement' }).catch(() => 0);
  await ben.do('ticket.assign', { ticket: waits, assignee: admin.id });
  const ruled = await seedRules(desk, admin, ticket);
  const grown = await seedGrowth(desk, admin), edited = `/growth/programmes/${grown.programme}?rev=${grown.draft}`;
  const session = await theLine(desk, admin, ticket);
  return {
    ...await practice(desk, admin),
    '/next': ['', '?after=2'].map(q => ({ to: '/next' + q })),
    '/ranking/:id': [{ to: `/ranking/${session}` }, { to: '/ranking/999', status: 404 }],
    '/static/:name': null /* no HTML */, '/robots.txt': null, '/healthz': null, '/readyz': null, '/metrics': null, '/live': null, '/search.json': null,
    '/api/v1/openapi.json': null, '/api/v1/:command': null, '/mail-image/:until/:mac': null, '/mail/:id/raw': null, '/playbook/run/:id/file': null, '/files/:id/:name': null,
    '/': { to: '/', lands: '/queue/unassigned' },
    '/queue/:view': ['unassigned', 'mine', 'unsolved', 'on_hold', 'solved', 'suspended', 'deleted', 'closed', 'due', 'aims'].map(v => ({ to: '/queue/' + v })),
    '/search': [{ to: '/search' }, { to: '/search?q=docker' }, { to: '/search?q=zzqx' }],
    '/messages/:id/html': { to: `/messages/${messages[0].message ?? messages[0].id}/html`, frame: true },
    '/tickets/:id': [{ to: `/tickets/${ticket}` }, { to: `/tickets/${waits}` }, { to: `/tickets/${bill}` }, { to: '/tickets/3' }],
    '/tickets/:id/due': [{ to: '/tickets/3/due' }, { to: `/tickets/${ticket}/due` }, { to: '/tickets/3/due?at=never', status: 422 }],
    '/customers/:id/promises': [{ to: '/customers/1/promises' }, { to: '/customers/99999/promises', status: 404 }],
    '/promises/rows/:code': ['D1', 'new'].map(c => ({ to: '/promises/rows/' + c })),
    '/promises/answer': [{ to: '/promises/answer' }, { to: '/promises/answer?on=2021-06-14&severity=1&stage=post_sales' }, { to: '/promises/answer?on=x', status: 422 }],
    '/promises/calendars/:name': [{ to: '/promises/calendars/pacific-9-5' }, { to: '/promises/calendars/always?year=2024' }],
    '/promises/calendars/:name/holidays': [{ to: '/promises/calendars/pacific-9-5/holidays' }, { to: '/promises/calendars/always/holidays' }],
    '/promises/timers': [{ to: '/promises/timers' }, { to: '/promises/timers?row=2022-10-26' }],
    '/promises/targets': [{ to: '/promises/targets' }, { to: '/promises/targets?row=first_response' }],
    '/reports/promises': [{ to: '/reports/promises' }, { to: '/reports/promises?month=1990-01' }],
    '/reports/promises/late': ['first_response', 'resolution'].map(k => ({ to: '/reports/promises/late?clock=' + k })),
    '/playbooks': [{ to: '/playbooks' }, { to: '/playbooks?state=archived' }],
    '/playbooks/:id': [{ to: `/playbooks/${playbook}` }, { to: '/playbooks/999', status: 404 }],
    '/playbooks/:id/section': ['', '?key=week-1'].map(q => ({ to: `/playbooks/${playbook}/section${q}` })),
    '/playbooks/:id/task': ['', '?key=laptop', '?section=week-2'].map(q => ({ to: `/playbooks/${playbook}/task${q}` })),
    '/playbooks/:id/field': ['?key=os', '?task=laptop'].map(q => ({ to: `/playbooks/${playbook}/field${q}` })),
    '/playbooks/:id/rule': ['', '?key=r1'].map(q => ({ to: `/playbooks/${playbook}/rule${q}` })),
    '/playbooks/:id/schedule': [{ to: `/playbooks/${playbook}/schedule` }, { to: `/playbooks/${small}/schedule` }],
    '/playbooks/:id/preview': ['', `?person=${admin.id}&starts_on=2027-01-31&level=3`, '?starts_on=soon'].map(q => ({ to: `/playbooks/${playbook}/preview${q}` })),
    '/playbook/run/:id': { to: `/playbook/run/${run}` },
    '/playbook/run/:id/task': ['laptop', 'ok', 'sign', 'mac', 'talk%231', 'proof'].map(k => ({ to: `/playbook/run/${run}/task?key=${k}` })),
    '/playbook/run/:id/move': { to: `/playbook/run/${run}/move` },
    '/playbook/for/:subject/:id': [`ticket/${ticket}`, `teammate/${admin.id}`, 'organisation/1', 'incident/7'].map(q => ({ to: `/playbook/for/${q}` })).concat({ to: '/playbook/for/moon/1', status: 404 }),
    '/customers/import/:id': { to: `/customers/import/${upload.json.import ?? upload.json.upload ?? 1}` },
    '/admin/inbox/:id': mail.map(m => ({ to: `/admin/inbox/${m.id}` })),
    '/admin/outbox': ['', '?state=waiting', '?state=failed'].map(q => ({ to: '/admin/outbox' + q })),
    '/admin/jobs': ['', '?state=dead'].map(q => ({ to: '/admin/jobs' + q })),
    '/admin/audit': ['', '?kind=mail.', '?row=3'].map(q => ({ to: '/admin/audit' + q, status: q === '?row=3' ? 422 : 200 })),
    '/views/:id': [{ to: '/views/1' }, { to: '/views/2' }, { to: '/views/3' }],
    '/bulk': [{ to: '/bulk' }, { to: `/bulk?ticket=${ticket}&priority=p1&tag=theme:executors` }, { to: '/bulk?q=is:unsolved&status=pending' }, { to: '/bulk?q=status:nonsense' }],
    '/tickets/:id/resolve': [{ to: `/tickets/${ticket}/resolve` }, ...['R0', 'R2', 'R7'].map(r => ({ to: `/tickets/${ticket}/resolve?rule=${r}` })), { to: '/tickets/3/resolve' }],
    '/tickets/:id/handover': { to: `/tickets/${ticket}/handover` },
    '/tickets/:id/held': [{ to: `/tickets/${ticket}/held` }, { to: '/tickets/3/held' }],
    '/reviews/:id': [{ to: `/reviews/${looked.review}` }, { to: '/reviews/999', status: 404 }],
    '/reviews/long/:id': { to: '/reviews/long/999', status: 404 } /* a long case: resolve.test.mjs */,
    '/to-fill': ['', '?all=1'].map(q => ({ to: '/to-fill' + q })),
    '/tickets/:id/summary': [{ to: `/tickets/${ticket}/summary` }, { to: '/tickets/3/summary' }],
    '/summaries': [{ to: '/summaries' }, { to: '/summaries?q=heartbeat' }, { to: '/summaries?q=zzqx' }],
    '/triage/:id': [waits, decided, blind, bills, 1].map(id => ({ to: `/triage/${id}` })),
    '/escalations': ['', '?all=1'].map(q => ({ to: '/escalations' + q })),
    '/escalations/:id': [waits, decided, bens].flatMap(id => ['', '?chain=disagreement'].map(q => ({ to: `/escalations/${id}${q}` }))),
    '/triage/all': { to: '/triage/all' },
    '/triage/decided': ['', '?outcome=merge'].map(q => ({ to: '/triage/decided' + q })),
    '/triage/rows': ['', '?ask=how_to&on=2021-08-01&strategic=yes', '?all=1'].map(q => ({ to: '/triage/rows' + q })),
    '/triage/rows/new': ['', '?follows=1'].map(q => ({ to: '/triage/rows/new' + q })),
    '/triage/words': ['', '?text=executor%20pod%20is%20slow'].map(q => ({ to: '/triage/words' + q })),
    '/hand-over': ['', `?ticket=${waits}`].map(q => ({ to: '/hand-over' + q })),
    '/rules/new': ['', '?example=out-of-memory'].map(q => ({ to: '/rules/new' + q })),
    '/rules/rule/:slug': [...['an-enterprise-customer-answers-tell-the-holder', 'begins-itself', 'off-for-now'].map(r => ({ to: '/rules/rule/' + r })), { to: '/rules/rule/gone', status: 404 }],
    '/rules/runs': ['', '?outcome=failed', '?outcome=held'].map(q => ({ to: '/rules/runs' + q })),
    '/rules/trace': [{ to: `/rules/trace?ticket=${ticket}&event=${ruled.event}` }, { to: '/rules/trace?ticket=3' }, { to: '/rules/trace', status: 404 }],
    '/growth/plans/:id': { to: `/growth/plans/${grown.plan}` },
    '/growth/outcomes/:id': { to: `/growth/outcomes/${grown.counted}` },
    '/growth/programmes/:id': [{ to: `/growth/programmes/${grown.programme}` }, { to: `${edited}&edit=${grown.edit}&start=2026-12-07` }],
    '/growth/people/:id': [admin.id, grown.person.id].map(id => ({ to: `/growth/people/${id}` })),
    '/growth/career/:id': { to: `/growth/career/${grown.person.id}` },
    '/growth/disputes': ['', '?state=mended'].map(q => ({ to: '/growth/disputes' + q })),
    '/growth/figures': ['', '?show=missed'].map(q => ({ to: '/growth/figures' + q })),
    '/sign-in': { to: '/sign-in', nobody: true },
    '/sign-in/reset': { to: '/sign-in/reset', nobody: true },
    '/sign-in/link/:token': [{ to: new URL(link ?? p, desk.url).pathname, nobody: true }, { to: '/sign-in/link/gone', nobody: true, status: 404 }],
    '/sign-in/reset/:token': { to: '/sign-in/reset/gone', nobody: true, status: 404 },
    '/sign-in/invite/:token': { to: '/sign-in/invite/gone', nobody: true, status: 404 },
    '/sign-in/email/:token': { to: '/sign-in/email/gone', nobody: true, status: 404 },
    '/setup/:token': { to: '/setup/gone', nobody: true, status: 404 },
    '/confirm/:token': { to: '/confirm/gone', nobody: true, status: 404 },
  };
}

async function contextOf(desk, who) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, deviceScaleFactor: 2, reducedMotion: 'reduce' });
  if (who) await context.addCookies([{ name: 'tend', value: who.cookie.slice(5), url: desk.url }]);
  return context;
}

/* Text that a box without a scroll bar cuts off (one that ends in an ellipsis says so; what is for screen readers only has no box), and controls that stand
 * out of the page with no way to scroll to them. */
const cutOff = () => {
  const out = [], seen = new Set(), scrolls = (v) => v === 'auto' || v === 'scroll', hides = (v) => v === 'hidden' || v === 'clip';
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, of = node.parentElement;
    if (!node.data.trim() || !of.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || of.closest('select, option, textarea, svg, [hidden]')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const r of range.getClientRects()) {
      if (r.width < 2 || r.height < 2) continue;
      for (let e = of; e && e !== document.documentElement; e = e.parentElement) {
        const s = getComputedStyle(e), b = e.getBoundingClientRect();
        if (b.width <= 1 || b.height <= 1 || s.clipPath !== 'none') break;   /* for screen readers */
        if (s.textOverflow === 'ellipsis' || s.webkitLineClamp !== 'none') break;
        if (scrolls(s.overflowX) || scrolls(s.overflowY)) break;
        if ((hides(s.overflowX) && (r.right > b.right + 1 || r.left < b.left - 1)) || (hides(s.overflowY) && (r.bottom > b.bottom + 2 || r.top < b.top - 2))) seen.add(`“${node.data.trim().slice(0, 40)}” in ${e.tagName}.${e.className}`);
        if (s.position === 'fixed') break;
      }
    }
  }
  for (const e of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
    const b = e.getBoundingClientRect();
    if (b.width < 2 || !e.checkVisibility({ visibilityProperty: true })) continue;
    let box = e.parentElement;
    while (box && !scrolls(getComputedStyle(box).overflowX)) box = box.parentElement;
    if (!box && (b.right > innerWidth + 1 || (b.left < -1 && b.right > 0))) seen.add(`${e.tagName} ${e.outerHTML.slice(0, 80)} from ${Math.round(b.left)} to ${Math.round(b.right)}`);
  }
  out.push(...[...seen].slice(0, 5));
  return out;
};

/* Looks at one page at each width; adds what is wrong to `wrong`. */
async function look(page, url, target, wrong) {
  const say = text => wrong.push(`${target.to}: ${text}`);
  const status = target.status ?? 200;
  const onConsole = m => { if (m.type() === 'error' && !(status >= 400 && m.text().startsWith('Failed to load resource'))) say(m.text()); };
  const onError = e => say(e.message);
  page.on('console', onConsole);
  page.on('pageerror', onError);
  try {
    await page.setViewportSize({ width: 1280, height: 900 });
    const answer = await page.goto(url + target.to, { waitUntil: 'load' });
    if (answer.status() !== status) return say(`answered ${answer.status()}, not ${status}`);
    if (target.lands && new URL(page.url()).pathname !== target.lands) say(`led to ${page.url()}`);
    if (target.frame) return;       /* a customer's own HTML, for a sandboxed frame: not ours to judge */
    await page.evaluate(axe);
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 900 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      if (wide > width) say(`${wide} px wide at ${width}`);
      const found = await page.evaluate(rules => globalThis.axe.run({ runOnly: rules }), RULES);
      for (const v of found.violations) say(`${width}: ${v.id}: ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 200) + ' ' + n.any.map(a => a.message)).join(' | ')}`);
    }
    /* 200 % zoom: half of 1280, each CSS pixel two of the screen's */
    await page.setViewportSize({ width: 640, height: 450 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > 640) say(`${wide} px wide at 200 % zoom`);
    for (const what of await page.evaluate(cutOff)) say(`cut off at 200 % zoom: ${what}`);
    if (await page.locator('h1').count() !== 1) say('not exactly one h1');
  } finally {
    page.off('console', onConsole);
    page.off('pageerror', onError);
  }
}

test('every page opens, axe finds nothing, nothing overflows, no error in the console', { timeout: 580000 }, async t => {
  const { desk, admin } = await livelyDesk(t, 40);
  const known = await targets(desk, admin);
  const dump = spawnSync(BIN, ['routes', '--dump'], { encoding: 'utf8', timeout: 20000 });
  assert.equal(dump.status, 0);
  const patterns = dump.stdout.split('\n').filter(l => l.startsWith('GET ')).map(l => l.split(/\s+/)[1]);
  assert.ok(patterns.includes('/queue/:view') && patterns.includes('/admin/settings'));
  const list = [];
  for (const pattern of patterns) {
    if (known[pattern] === null) continue;
    list.push(...[known[pattern] ?? { to: pattern.replaceAll(':id', '1') }].flat());
  }
  const wrong = [], contexts = [await contextOf(desk, admin), await contextOf(desk, null)];
  t.after(() => Promise.all(contexts.map(c => c.close())));
  const [page, nobody] = await Promise.all(contexts.map(c => c.newPage()));
  for (const p of [page, nobody]) p.setDefaultTimeout(PAGE_MS);
  const some = process.env.PAGES ? list.filter(target => new RegExp(process.env.PAGES).test(target.to)) : list;
  for (const target of some) {
    /* a frame's document is opened alone: what the browser asks for beside it (an icon) has no place to come from */
    const own = target.frame ? await contexts[0].newPage() : target.nobody ? nobody : page;
    await look(own, desk.url, target, wrong);
    if (target.frame) await own.close();
  }
  assert.deepEqual(wrong, []);
  /* the eye for what is cut off is not blind */
  const blank = await contexts[1].newPage();
  await blank.setViewportSize({ width: 640, height: 450 });
  await blank.setContent('<div class="a" style="width:50px;overflow:hidden;white-space:nowrap">A text that is cut</div><div style="width:50px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap">A text that says so</div>' +
    '<div style="height:10px;overflow:hidden;width:90px">Lines and lines and lines and lines</div><div style="overflow:auto;width:90px;white-space:nowrap">A text to scroll to, and more of it</div><button style="position:absolute;left:620px">Out of sight</button>');
  const eye = await blank.evaluate(cutOff);
  assert.equal(eye.length, 3, JSON.stringify(eye));
  assert.ok(list.length > 40, `${list.length} pages`);
});

/* Bytes on the wire and requests that went there, one visit; the parked stream of live news is no part of a page. */
async function weigh(context, url) {
  const page = await context.newPage(), cdp = await context.newCDPSession(page);
  const seen = new Map();
  await cdp.send('Network.enable');
  cdp.on('Network.requestWillBeSent', e => seen.set(e.requestId, { url: e.request.url, type: e.type, bytes: 0, cached: false }));
  cdp.on('Network.requestServedFromCache', e => { seen.get(e.requestId).cached = true; });
  cdp.on('Network.responseReceived', e => { if (e.response.fromDiskCache || e.response.fromPrefetchCache) seen.get(e.requestId).cached = true; });
  cdp.on('Network.loadingFinished', e => { if (seen.has(e.requestId)) seen.get(e.requestId).bytes = e.encodedDataLength; });
  await page.goto(url, { waitUntil: 'load', timeout: PAGE_MS });
  await page.waitForFunction(() => document.querySelector('[data-open="keys"]')?.hidden === false, null, { timeout: PAGE_MS });
  await page.close();
  const sent = [...seen.values()].filter(r => !r.cached && r.type !== 'EventSource' && !r.url.startsWith('data:'));
  return { requests: sent.length, bytes: sent.reduce((n, r) => n + r.bytes, 0), what: sent.map(r => `${r.url.replace(/^https?:\/\/[^/]*/, '')} ${r.bytes}`) };
}

test('the queue page weighs little, and less the second time', { timeout: 60000 }, async t => {
  const { desk, admin } = await livelyDesk(t, 400);
  for (let i = 0; i < 50; i++)
    await desk.op('ticket.create', { subject: `Executor VMs stay around after the job ${i}`, body: 'They do.', name: 'Ines Okafor', email: `ines${i}@northwind.example` });
  const context = await contextOf(desk, admin);
  t.after(() => context.close());
  const first = await weigh(context, desk.url + '/queue/unassigned');
  const later = await weigh(context, desk.url + '/queue/unassigned');
  t.diagnostic(`first visit ${first.bytes} bytes in ${first.requests} requests, later ${later.bytes} in ${later.requests}`);
  assert.ok(first.requests <= FIRST_VISIT_MAX_REQUESTS, `first visit: ${first.what.join(', ')}`);
  assert.ok(first.bytes > 2000 && first.bytes <= FIRST_VISIT_MAX_BYTES, `first visit: ${first.bytes} bytes: ${first.what.join(', ')}`);
  assert.equal(later.requests, 1, `later visit: ${later.what.join(', ')}`);
});
