// Unmodified Debian servers, run privately for a test: exim4 as the site's mail server (its own configuration and spool, -C), dovecot as the
// customer's mailbox. Everything lives in the test's folder and listens on loopback ports of its own; both are ended with the test.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync, chmodSync, readFileSync, existsSync, readdirSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { ImapFlow } from 'imapflow';
import { simpleParser } from 'mailparser';
import { defer, freePort, folder, until, sleep } from './desk.mjs';

const isRoot = process.getuid() === 0;
const as = (user) => (isRoot ? user : process.env.USER ?? 'nobody');
const idOf = (flag, user) => Number(spawnSync('id', [flag, user], { encoding: 'utf8' }).stdout.trim());
const connects = (port) => new Promise((r) => { const s = net.connect(port, '127.0.0.1'); s.once('connect', () => { s.destroy(); r(true); }); s.once('error', () => r(false)); });

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((r) => child.once('exit', r));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(timer);
}

/* routes: { domain: port } of LMTP servers. auth: adds Authentication-Results as a checking MTA would ("dmarc=pass"). */
export async function exim(t, routes, { auth = '', queueOnly = false } = {}) {
  const dir = folder(t, 'tend-exim'), port = await freePort(), conf = path.join(dir, 'exim.conf');
  for (const d of ['spool', 'log']) mkdirSync(path.join(dir, d), { mode: 0o770 });
  if (isRoot) spawnSync('chown', ['-R', 'Debian-exim:Debian-exim', path.join(dir, 'spool'), path.join(dir, 'log')]);
  chmodSync(dir, 0o755);
  const names = Object.keys(routes);
  writeFileSync(conf, `primary_hostname = mx.example
spool_directory = ${dir}/spool
log_file_path = ${dir}/log/%slog
pid_file_path = ${dir}/spool/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port}
disable_ipv6 = true
host_lookup =
rfc1413_query_timeout = 0s
tls_advertise_hosts =
smtp_accept_max = 200
smtp_accept_max_per_connection = 2000
deliver_drop_privilege = true
keep_environment =
message_size_limit = 60M
remote_max_parallel = 4
timeout_frozen_after = 1d
${queueOnly ? 'queue_only = true' : ''}
acl_smtp_rcpt = accept_all
acl_smtp_data = checked
begin acl
accept_all:
  accept
checked:
  accept ${auth ? `add_header = :at_start:Authentication-Results: desk.example; ${auth}` : ''}
begin routers
${names.map((n, i) => `r${i}:\n  driver = manualroute\n  domains = ${n}\n  transport = t${i}\n  route_list = * 127.0.0.1\n  self = send\n`).join('')}
begin transports
${names.map((n, i) => `t${i}:\n  driver = smtp\n  protocol = lmtp\n  port = ${routes[n]}\n  allow_localhost\n  hosts_try_fastopen =\n  connect_timeout = 5s\n  final_timeout = 60s\n`).join('')}
begin retry
* * F,2h,1s
`);
  chmodSync(conf, 0o644);
  const child = spawn('/usr/sbin/exim4', ['-C', conf, '-bdf', ...(queueOnly ? [] : ['-q2s'])], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (d) => { said += d; });
  defer(t, async () => {
    await stop(child);
    /* what it forked: by the folder in their arguments, which is ours alone */
    for (const pid of readdirSync('/proc').filter((x) => /^\d+$/.test(x))) {
      try { if (readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(conf)) process.kill(Number(pid), 'SIGKILL'); } catch { /* gone */ }
    }
  });
  await until(`exim listens (${said})`, () => connects(port), 10000);
  return {
    dir, port, conf,
    log: () => (existsSync(path.join(dir, 'log/mainlog')) ? readFileSync(path.join(dir, 'log/mainlog'), 'utf8') : '') + said,
    /* how many wait */
    waiting: () => { const r = spawnSync('/usr/sbin/exim4', ['-C', conf, '-bpc'], { encoding: 'utf8' }); return Number(r.stdout.trim() || -1); },
    /* one run over the queue, now */
    run: () => new Promise((r) => spawn('/usr/sbin/exim4', ['-C', conf, '-qff'], { stdio: 'ignore' }).once('exit', r)),
  };
}
export function swaks(args, input) {
  return new Promise((resolve) => {
    const c = spawn('swaks', ['--timeout', '20s', ...args]);
    let out = '';
    c.stdout.on('data', (d) => { out += d; });
    c.stderr.on('data', (d) => { out += d; });
    c.stdin.end(input ?? '');
    c.on('close', (code) => resolve({ code, out }));
  });
}
/* A real dovecot: lmtpPort takes mail for anybody, mailbox(user) reads by IMAP with npm imapflow. */
export async function dovecot(t) {
  const dir = folder(t, 'tdove'), imap = await freePort(), lmtp = await freePort(), conf = path.join(dir, 'dovecot.conf'), owner = as('Debian-exim');
  mkdirSync(path.join(dir, 'mail'), { mode: 0o777 });
  chmodSync(dir, 0o755);
  if (isRoot) spawnSync('chown', [`${owner}:`, path.join(dir, 'mail')]);
  writeFileSync(conf, `base_dir = ${dir}/run
state_dir = ${dir}/state
log_path = ${dir}/log
protocols = imap lmtp
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain
first_valid_uid = 1
mail_location = maildir:~/Maildir
${isRoot ? '' : `default_internal_user = ${owner}\ndefault_login_user = ${owner}\ndefault_internal_group = ${owner}`}
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=${idOf('-u', owner)} gid=${idOf('-g', owner)} home=${dir}/mail/%u allow_all_users=yes
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = ${imap}
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${lmtp}
  }
}
`);
  const child = spawn('/usr/sbin/dovecot', ['-F', '-c', conf], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (d) => { said += d; });
  defer(t, () => stop(child));
  const log = () => said + (existsSync(path.join(dir, 'log')) ? readFileSync(path.join(dir, 'log'), 'utf8') : '');
  await until('dovecot listens', async () => { if (child.exitCode !== null) throw new Error('dovecot: ' + log()); return (await connects(lmtp)) && (await connects(imap)); }, 15000);
  return {
    lmtpPort: lmtp, log,
    /* The mails in a person's inbox, parsed. */
    async mailbox(user) {
      const client = new ImapFlow({ host: '127.0.0.1', port: imap, secure: false, doSTARTTLS: false, auth: { user, pass: 'secret' }, logger: false });
      await client.connect();
      const list = [];
      try {
        const lock = await client.getMailboxLock('INBOX');
        try { for await (const m of client.fetch('1:*', { source: true, envelope: true, bodyStructure: true }, { uid: true })) list.push({ raw: m.source, structure: m.bodyStructure, mail: await simpleParser(m.source) }); }
        catch (e) { if (!/Nothing|empty|BAD|Invalid/i.test(String(e.response ?? e.message))) throw e; }
        finally { lock.release(); }
      } finally { await client.logout().catch(() => {}); }
      return list;
    },
  };
}
