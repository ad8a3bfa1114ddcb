// A desk where people grow: a newcomer with a plan under way, tickets behind it, a dispute, a draft of a programme, posts, a roadmap. For the walks over pages.
import assert from 'node:assert/strict';

export async function seedGrowth(desk, admin) {
  const nia = await desk.person('nia@desk.example', { name: 'Nia Okoro', zone: 'Europe/Lisbon', scope: 'write' });
  const today = new Date().toISOString().slice(0, 10);
  const start = new Date(Date.parse(today) - 16 * 86400e3).toISOString().slice(0, 10);
  const { plan } = await desk.op('plan.create', { teammate: nia.id, start_date: start, manager: admin.id });
  const shown = await desk.op('plan.show', { plan });
  const of = key => shown.items.find(o => o.key === key) ?? assert.fail(`no outcome ${key}`);
  await nia.do('plan.say', { outcome: of('W1.2').outcome, rating: 4, note: 'Slowly, and with joy.' });
  await nia.do('contribution.add', { kind: 'handbook_edit', title: 'A sentence that was unclear', url: 'https://handbook.example/change/7' });
  await nia.do('chat.add', { with: admin.id, note: 'likes long walks' });
  await nia.do('feed.post', { ritual: 'captains_log', body: 'Read about executors today.\nTomorrow I will break one.' });
  await nia.do('feed.post', { body: 'Who can show me how a trial begins?' });
  await nia.do('focus.set', { day: 'tue', from: '13:00', to: '16:00' });
  await desk.op('access.ask', { teammate: nia.id, tools: 'Ticket tool\nChat' });
  for (let i = 0; i < 3; i++) {
    const { ticket } = await desk.op('ticket.create', { subject: `Search is slow ${i}`, body: 'It is.', name: 'Ines Okafor', email: 'ines@northwind.example' });
    await nia.do('ticket.take', { ticket });
    await nia.do('ticket.reply', { ticket, body: 'Please try this.' });
    await nia.do('ticket.resolve', { ticket, rule: 'R1', because: ['confirmed: they said so on a call'], kind: 'question', priority: 'p2', engineering: 'none',
      docs: 'sufficient', symptom: 'Slow', action: 'A larger index' });
  }
  const { dispute } = await nia.do('dispute.open', { outcome: of('W2.6').outcome, text: 'I have no machine to deploy on.' });
  const { dispute: other } = await nia.do('dispute.open', { outcome: of('W2.4').outcome, text: 'I have not met one yet.' });
  await desk.op('dispute.mend', { dispute: other, resolution: 'Everybody reads five pages of customers', title: 'I have read about five of our customers' });
  const programme = (await desk.op('programme.list', {})).items.find(p => p.slug === 'support-engineer').programme;
  const { rev: draft } = await desk.op('programme.draft', { programme });
  await desk.op('programme.outcome', { rev: draft, key: 'W3.2', title: 'I have looked at a dashboard', due_n: 3, due_unit: 'week', proof: 'self' });
  await desk.op('programme.drop', { rev: draft, key: 'W2.2' });
  await nia.do('roadmap.write', { body: 'Level 2 within a year: own the executors.', level: 2, manager: admin.id });
  await desk.op('check_in.plan', { teammate: nia.id, with: admin.id, due_date: '2027-03-31', times: 2 });
  await nia.do('profile.set', { field: 'learning', body: 'By doing, then reading.' });
  await desk.op('library.add', { kind: 'deep_dive', title: 'Executors in depth', url: 'https://videos.example/1', minutes: 50, by_name: 'Theo', about: 'What happens between click and job.' });
  const counted = (await desk.op('plan.show', { plan })).items.find(o => o.key === 'M2.1');
  assert.equal(counted.value, 3);
  const edit = 0; // no command names a row of an outcome: pages edit by the number in their own links
  return { person: nia, plan, programme, draft, dispute, counted: counted.outcome, edit };
}

/* The same with a lead, a mentor and the newcomer paired with them. */
export async function seedTeam(desk) {
  const max = await desk.person('max@desk.example', { access: 'lead', name: 'Max Holt', scope: 'write' });
  const mia = await desk.person('mia@desk.example', { access: 'agent', name: 'Mia Sand', scope: 'write' });
  const grown = await seedGrowth(desk, max);
  for (const p of [max, mia]) await desk.op('teammate.update', { teammate: p.id, role: 'customer_engineer' });
  await desk.op('pairing.make', { newcomer: grown.person.id, kind: 'mentor', partner: mia.id, manager: max.id, exception: 'the desk is new' });
  return { max, mia, nia: grown.person, grown };
}
