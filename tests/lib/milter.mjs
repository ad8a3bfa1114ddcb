// opendkim and opendmarc as a site runs them, for a test: the examples of packaging/, in a network of their own with a name server that only knows what the test
// says (both ask /etc/resolv.conf at port 53). pass() does what postfix does with a mail: its Received on top, then one filter after the other, and what they
// insert goes above that. The milter protocol, version 6, as far as these two speak it.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { defer, folder, until } from './desk.mjs';

export const canFilter = process.getuid() === 0 && existsSync('/usr/sbin/opendkim') && existsSync('/usr/sbin/opendmarc') && spawnSync('unshare', ['-n', '-m', 'true']).status === 0;

/* A name server over UDP for TXT: answers from a JSON file { name: text }, everything else does not exist. Runs inside the filters' network. */
const NAMES = `
const zone = JSON.parse(require('fs').readFileSync(process.argv[1], 'utf8')), s = require('dgram').createSocket('udp4');
s.on('message', (q, from) => {
  let at = 12; const labels = [];
  while (q[at]) { labels.push(q.toString('latin1', at + 1, at + 1 + q[at])); at += q[at] + 1; }
  const end = at + 5, type = q.readUInt16BE(at + 1), text = type === 16 ? zone[labels.join('.').toLowerCase()] : undefined;
  const head = Buffer.from(q.subarray(0, 12)); head.writeUInt16BE(text ? 0x8580 : 0x8583, 2); head.writeUInt16BE(1, 4); head.writeUInt16BE(text ? 1 : 0, 6); head.writeUInt32BE(0, 8);
  const parts = text ? text.match(/.{1,200}/g).map((p) => Buffer.concat([Buffer.from([p.length]), Buffer.from(p)])) : [], data = Buffer.concat(parts), a = Buffer.alloc(12);
  a.writeUInt16BE(0xc00c, 0); a.writeUInt16BE(16, 2); a.writeUInt16BE(1, 4); a.writeUInt32BE(60, 6); a.writeUInt16BE(data.length, 10);
  s.send(Buffer.concat([head, q.subarray(12, end), ...(text ? [a, data] : [])]), from.port, from.address);
}).bind(53, '127.0.0.1');
`;

/* names: { 'tend._domainkey.desk.example': 'v=DKIM1; …' }; keyFile: what tend's own mail is signed with. Answers with pass(). */
export async function filters(t, { domain, names, keyFile }) {
  const dir = folder(t, 'tend-milter'), examples = new URL('../../packaging/examples/', import.meta.url).pathname, sock = (n) => path.join(dir, n + '.sock');
  chmodSync(dir, 0o755);
  mkdirSync(path.join(dir, 'run'));
  const conf = (name, changes, more = '') => {
    let text = readFileSync(examples + name + '.conf', 'utf8').replaceAll('support.example.com', domain);
    for (const [key, value] of Object.entries(changes)) text = value === null ? text.replace(new RegExp(`^${key}\\s.*\\n`, 'm'), '') : text.replace(new RegExp(`^${key}\\s.*$`, 'm'), () => `${key} ${value}`);
    writeFileSync(path.join(dir, name + '.conf'), text + more);
  };
  conf('opendkim', { Socket: `local:${sock('opendkim')}`, UserID: null, KeyFile: keyFile, Syslog: 'no' }, 'RequireSafeKeys no\nNameservers 127.0.0.1\n');   /* a test's folder lies in /tmp */
  conf('opendmarc', { Socket: `local:${sock('opendmarc')}`, UserID: null, Syslog: 'false', ...(existsSync('/usr/share/publicsuffix/public_suffix_list.dat') ? {} : { PublicSuffixList: null }) });
  writeFileSync(path.join(dir, 'names.json'), JSON.stringify(names));
  writeFileSync(path.join(dir, 'names.cjs'), NAMES.replace('process.argv[1]', 'process.argv[2]'));
  writeFileSync(path.join(dir, 'resolv.conf'), 'nameserver 127.0.0.1\noptions timeout:2 attempts:1\n');
  const script = `ip link set lo up 2>/dev/null || ifconfig lo up; mount --bind ${dir}/resolv.conf /etc/resolv.conf || exit 9
trap 'kill $(jobs -p)' TERM INT EXIT
${process.execPath} ${dir}/names.cjs ${dir}/names.json & opendkim -f -x ${dir}/opendkim.conf -P ${dir}/run/opendkim.pid & opendmarc -f -c ${dir}/opendmarc.conf -P ${dir}/run/opendmarc.pid & wait`;
  const child = spawn('unshare', ['-n', '-m', 'bash', '-c', script], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (d) => { said += d; });
  defer(t, async () => { const gone = new Promise((r) => child.once('exit', r)); if (child.exitCode === null) { child.kill('SIGTERM'); await gone; } });
  await until(`the filters listen (${said})`, () => existsSync(sock('opendkim')) && existsSync(sock('opendmarc')), 30000);
  return {
    said: () => said,
    /* A mail from a client at ip (127.0.0.1: tend itself) through both filters, as postfix hands it on. */
    async pass(raw, { ip = '203.0.113.9', helo = 'mail.sender.example', from, to }) {
      let mail = split(raw);
      for (const name of ip === '127.0.0.1' ? ['opendkim'] : ['opendkim', 'opendmarc']) mail = await milter(sock(name), mail, { ip, helo, from, to });
      const received = `Received: from ${helo} (${helo} [${ip}])\r\n\tby mx.${domain} (Postfix) with ESMTP id 4XyZ1\r\n\tfor <${to}>; Tue, 24 Nov 2026 08:00:00 +0000 (UTC)\r\n`;
      const own = mail.inserted.map(([k, v]) => `${k}: ${v}\r\n`).join('');
      return Buffer.from(own + received + mail.headers.map(([k, v]) => `${k}:${v}\r\n`).join('') + '\r\n' + mail.body, 'latin1');
    },
  };
}

function split(raw) {
  const text = Buffer.from(raw).toString('latin1'), at = text.indexOf('\r\n\r\n');
  const headers = text.slice(0, at).replace(/\r\n(?=[ \t])/g, '\0').split('\r\n').map((l) => l.replaceAll('\0', '\r\n')).map((l) => [l.slice(0, l.indexOf(':')), l.slice(l.indexOf(':') + 1)]);
  return { headers, inserted: [], body: text.slice(at + 4) };
}

/* One conversation with one filter: the mail with what it inserted and took away. */
async function milter(socket, mail, { ip, helo, from, to }) {
  const s = net.connect(socket), waiting = [];
  let buf = Buffer.alloc(0), dead;
  s.on('data', (d) => { buf = Buffer.concat([buf, d]); turn(); });
  s.on('error', (e) => { dead = e; turn(); });
  s.on('close', () => { dead ??= new Error(`${socket} closed`); turn(); });
  const turn = () => {
    while (waiting.length) {
      if (buf.length >= 4 && buf.length >= 4 + buf.readUInt32BE(0)) { const n = buf.readUInt32BE(0), p = buf.subarray(4, 4 + n); buf = buf.subarray(4 + n); waiting.shift().ok([String.fromCharCode(p[0]), p.subarray(1)]); }
      else if (dead) waiting.shift().no(dead);
      else return;
    }
  };
  const send = (cmd, data = Buffer.alloc(0)) => { const head = Buffer.alloc(5); head.writeUInt32BE(data.length + 1, 0); head[4] = cmd.charCodeAt(0); s.write(Buffer.concat([head, data])); };
  const read = () => new Promise((ok, no) => { waiting.push({ ok, no }); turn(); }), z = (...l) => Buffer.from(l.map((x) => x + '\0').join(''), 'latin1');
  const step = async (cmd, data) => { send(cmd, data); const [r] = await read(); if (!'cas'.includes(r)) throw new Error(`${cmd} was answered ${r}`); return r; };
  try {
    /* version 6; every change may be made; every step is told, and headers keep their leading space */
    const want = Buffer.alloc(12);
    want.writeUInt32BE(6, 0); want.writeUInt32BE(0x1ff, 4); want.writeUInt32BE(0x1fffff, 8);
    send('O', want);
    const [o, terms] = await read(), flags = terms.readUInt32BE(8), asked = (bit) => !(flags & bit), space = Boolean(flags & 0x100000), mute = (bit) => Boolean(flags & bit);
    if (o !== 'O') throw new Error('no terms');
    const tell = async (cmd, data, skip, silent) => { if (!asked(skip)) return 'c'; if (mute(silent)) { send(cmd, data); return 'c'; } return step(cmd, data); };
    const macros = (cmd, ...l) => send('D', Buffer.concat([Buffer.from(cmd), z(...l)]));
    macros('C', 'j', 'mx.desk.example', '{daemon_name}', 'mx.desk.example');
    const port = Buffer.alloc(2);
    port.writeUInt16BE(40000);
    await tell('C', Buffer.concat([z(helo), Buffer.from('4'), port, z(ip)]), 0x1, 0x1000);
    await tell('H', z(helo), 0x2, 0x2000);
    macros('M', 'i', '4XyZ1', '{mail_addr}', from);
    await tell('M', z(`<${from}>`), 0x4, 0x4000);
    await tell('R', z(`<${to}>`), 0x8, 0x8000);
    if (asked(0x200)) await tell('T', Buffer.alloc(0), 0x200, 0x10000);
    const all = [...mail.inserted.map(([k, v]) => [k, ' ' + v]), ...mail.headers];
    for (const [k, v] of all) await tell('L', z(k, (space ? v : v.replace(/^ /, '')).replaceAll('\r\n', '\n')), 0x20, 0x80);
    await tell('N', Buffer.alloc(0), 0x40, 0x40000);
    for (let at = 0, r = 'c'; at < mail.body.length && r !== 's'; at += 60000) r = await tell('B', Buffer.from(mail.body.slice(at, at + 60000), 'latin1'), 0x10, 0x80000);   /* s: it has seen enough */
    macros('E', 'i', '4XyZ1');
    send('E');
    const out = { headers: [...mail.headers], inserted: [...mail.inserted], body: mail.body }, text = (b) => b.toString('latin1').split('\0');
    for (;;) {
      const [r, data] = await read();
      if (r === 'i') { const [k, v] = text(data.subarray(4)); out.inserted.unshift([k, v.replace(/\r?\n/g, '\r\n').replace(/^ /, '')]); }
      else if (r === 'h') { const [k, v] = text(data); out.headers.push([k, ' ' + v.replace(/\r?\n/g, '\r\n').replace(/^ /, '')]); }
      else if (r === 'm') { /* a header changed: an empty value takes the nth of that name away */
        const n = data.readUInt32BE(0), [k, v] = text(data.subarray(4));
        const mine = all.map((x, i) => [x, i]).filter(([x]) => x[0].toLowerCase() === k.toLowerCase())[n - 1];
        if (mine && v === '') { const kept = mine[0]; out.headers = out.headers.filter((h) => h !== kept); out.inserted = out.inserted.filter(([a, b]) => !(a === kept[0] && ' ' + b === kept[1])); }
      } else if (r === 'p') continue;
      else if ('ca'.includes(r)) return out;
      else throw new Error(`the end was answered ${r} ${data.toString('latin1')}`);
    }
  } finally { s.destroy(); }
}
