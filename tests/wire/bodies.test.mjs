// Random bodies for every command of the OpenAPI document: made from its schemas, then bent. Whatever comes, the answer is below 500 and the process lives.
//   BODIES=20000: so many (the figure of docs/security.md), otherwise 600; BODIES_SEED=… to have a finding again
import test from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import path from 'node:path';
import { startDesk, request } from '../lib/desk.mjs';
import { random } from '../lib/powercut.mjs';

const BODIES = Number(process.env.BODIES ?? 600), SEED = Number(process.env.BODIES_SEED ?? 20261124);

test(`${BODIES} random bodies: never a 5xx, never a dead process`, async (t) => {
  const desk = await startDesk(t), rng = random(SEED), pick = (a) => a[Math.floor(rng() * a.length)], below = (n) => Math.floor(rng() * n);
  for (let i = 0; i < 20; i++) await desk.op('ticket.create', { subject: `ticket ${i}`, body: 'words', email: `c${i % 5}@kite.example`, name: `C ${i % 5}` });
  const api = (await desk.http('GET', '/api/v1/openapi.json')).json;
  const resolve = (s) => (s?.$ref ? resolve(s.$ref.slice(2).split('/').reduce((at, k) => at[k], api)) : s ?? {});
  const commands = Object.entries(api.paths).filter(([, p]) => p.post?.requestBody?.content?.['application/json'])
    .map(([name, p]) => ({ name, schema: resolve(p.post.requestBody.content['application/json'].schema) }));
  assert.ok(commands.length > 40, `${commands.length} commands`);
  const ODD = ['', ' ', 'a', 'é', '\u202e', '\u0000', '\ud800', 'x'.repeat(300), 'x'.repeat(70000), "'; DROP TABLE ticket; --", '<script>alert(1)</script>', '%00', '../../etc/passwd', '{"a":1}', '[]', 'null', '-1', '1e999',
    '9223372036854775807', 'ada@', '@x.example', 'ada@kite.example', 'area:search', '2026-02-30', '2026-11-24', '2026-11-24T08:00:00Z', 'Europe/Berlin', 'mon-fri 09:00-17:00', 'https://x.example/', 'javascript:alert(1)', '\r\nBcc: x@y.example', '1,2,3', 'p1', 'open', 'tend_pat_x'];
  const NUMBERS = [0, 1, 2, 3, 5, 20, 21, -1, -0, 1.5, 1e300, 2 ** 31, 2 ** 53, -(2 ** 53), 1e-9, 99999999];
  const anything = (deep = 0) => pick([() => pick(ODD), () => pick(NUMBERS), () => null, () => true, () => false, () => (deep > 3 ? [] : Array.from({ length: below(4) }, () => anything(deep + 1))),
    () => (deep > 3 ? {} : Object.fromEntries(Array.from({ length: below(4) }, () => [pick(ODD), anything(deep + 1)])))])();
  const likely = (schema) => {
    const s = resolve(schema), type = Array.isArray(s.type) ? s.type[0] : s.type;
    if (s.enum) return pick(s.enum);
    if (s.anyOf || s.oneOf) return likely(pick(s.anyOf ?? s.oneOf));
    if (type === 'integer' || type === 'number') return pick([1 + below(20), 1 + below(20), s.minimum ?? 0, s.maximum ?? 7, pick(NUMBERS)]);
    if (type === 'boolean') return rng() < 0.5;
    if (type === 'array') return Array.from({ length: below(4) }, () => likely(s.items));
    if (type === 'object') return Object.fromEntries(Object.entries(s.properties ?? {}).filter(([k]) => (s.required ?? []).includes(k) || rng() < 0.4).map(([k, v]) => [k, likely(v)]));
    if (s.format === 'email') return pick(['ada@kite.example', `r${below(1000)}@kite.example`, pick(ODD)]);
    return pick([...(s.example !== undefined ? [String(s.example)] : []), ...(s.examples ?? []).map(String), pick(ODD), 'words', `name ${below(1000)}`]);
  };
  /* the text itself, bent */
  const bent = (text) => pick([() => text, () => text, () => text, () => text.slice(0, below(text.length + 1)), () => text.replace(/"/, ''), () => text + text, () => `[${text}]`,
    () => text.replace(/:/, pick([':,', '::', ':\u0000'])), () => '['.repeat(2000), () => `{"a":${'['.repeat(300)}`, () => text.replace(/}$/, ',"no_such_field":1}'), () => text.replace(/"(\w+)":/, '"$1":1,"$1":')])();
  const bad = [];
  const agent = new http.Agent({ keepAlive: true }), where = { socketPath: path.join(desk.data, 'control.sock') }, seen = {};
  t.after(() => agent.destroy());
  for (let i = 0; i < BODIES; i++) {
    const c = commands[i % commands.length], value = likely(c.schema);
    if (rng() < 0.4 && value && typeof value === 'object') for (let k = 0; k <= below(3); k++) { const keys = Object.keys(value); if (keys.length) value[pick(keys)] = anything(); }
    if (rng() < 0.05 && value && typeof value === 'object') value[pick(ODD)] = anything();
    let body = JSON.stringify(value) ?? 'null';
    if (rng() < 0.3) body = bent(body);
    let bytes = Buffer.from(body);
    if (rng() < 0.03 && bytes.length) { bytes = Buffer.from(bytes); bytes[below(bytes.length)] = below(256); }
    const a = await request(where, 'POST', c.name, { body: bytes, headers: { Host: 'localhost', 'Content-Type': pick(['application/json', 'application/json', 'application/json', 'application/json; charset=utf-8', 'text/plain']) }, agent })
      .catch((e) => assert.fail(`body ${i} (seed ${SEED}) to ${c.name}: ${e.message}: ${body.slice(0, 500)}`));
    seen[a.status] = (seen[a.status] ?? 0) + 1;
    if (a.status >= 500) bad.push(`body ${i} (seed ${SEED}) to ${c.name} → ${a.status} ${a.text.slice(0, 300)}\n${body.slice(0, 1000)}\n${desk.log().split('\n').filter((l) => l.includes('level=error')).slice(-2).join('\n')}`);
  }
  assert.deepEqual(bad.slice(0, 5), []);
  assert.ok(seen[200] > BODIES / 20, `few were taken: ${JSON.stringify(seen)}`);
  assert.equal((await desk.http('GET', '/healthz')).status, 200);
  t.diagnostic(`${commands.length} commands, answers by status: ${JSON.stringify(seen)}`);
});
