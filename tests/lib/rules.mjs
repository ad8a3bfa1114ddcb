// Rules with a bit of everything: one that acted, one that fails, one that loops, one about time, one that is paused, and what they told.
import { until } from './desk.mjs';

export async function seedRules(desk, admin, ticket) {
  const put = (title, when, cond, then, more) => desk.op('rule.put', { title, when, if: cond, then, state: 'on', ...more });
  await put('Executors go to their area', 'created, tagged seen', '("executor" or "batch spec") -tag:area:executors', 'tag area:executors; notify admins "Look at #{{ticket.id}}."');
  await put('An enterprise customer answers: tell the holder', 'customer reply', 'was:pending tier:enterprise,team stage:post_sales (priority:p0,p1 or subject:"out of memory") -assignee:nobody',
    'tag answered; notify assignee "They answered."', { to: '2030-01-01', source: 'our own' });
  await put('Severity of another scale', 'tagged seen', '', 'severity 9');
  await put('Begins itself', 'tagged seen', '', 'untag seen; tag seen');
  await put('Two days in pending', '48h business in pending', '-tag:slow', 'tag slow; note "Two days."');
  await put('Off for now', 'assigned', 'assignee:nobody', 'team none', { state: 'off' });
  await desk.op('ticket.tag', { ticket, tags: ['seen'] });
  await until('the rules have looked', async () => {
    const { items } = await desk.op('rule.trace', { ticket });
    return items.some(i => i.outcome === 'failed') && items.some(i => i.outcome === 'stopped') && items;
  });
  const { items } = await desk.op('rule.trace', { ticket });
  return { event: items.find(i => i.event).event };
}
