#!/usr/bin/env node
// The bill of materials of a built program, as CycloneDX 1.5 JSON on the standard output: what is in it, and what was only used to make it.
//   node packaging/sbom.mjs [BINARY]      default build-rel/tend
// Nothing is typed in here by hand: shared libraries come from ldd and dpkg (package, version, SHA-256 of the file), SQLite from the source that is compiled in, npm
// packages from package-lock.json with the digests that it pins (scope "excluded": they build and test, none is shipped). The same build gives the same bytes.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';

process.chdir(new URL('..', import.meta.url).pathname);
const bin = process.argv[2] ?? 'build-rel/tend';
const run = (cmd, ...args) => execFileSync(cmd, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' }, stdio: ['ignore', 'pipe', 'ignore'] });
const sha256 = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');
const arch = run('dpkg', '--print-architecture').trim();
const version = run(bin, 'version').trim().split(' ')[1];
const distro = readFileSync('/etc/os-release', 'utf8').match(/^VERSION_ID="?([^"\n]+)/m)?.[1] ?? '';

/* Libraries that are loaded, and which packages they belong to. A merged /usr has two names for a file. */
const loaded = run('ldd', bin).split('\n').map((l) => l.match(/^\s*(\S+) => (\/\S+)/) ?? l.match(/^\s*\/\S*\/(ld-linux\S+) \(/)).filter(Boolean)
  .map((m) => ({ soname: m[1], file: realpathSync(m[2] ?? m[0].trim().split(' ')[0]) }));
const names = (file) => [file, file.replace(/^\/usr/, ''), '/usr' + file];
const owners = new Map(spawnSync('dpkg', ['-S', ...new Set(loaded.flatMap((l) => names(l.file)))], { encoding: 'utf8' }).stdout.split('\n').map((l) => l.match(/^([^:,]+)[^ ]*: (\/.*)$/)).filter(Boolean).map((m) => [m[2], m[1]]));
const packages = new Map(run('dpkg-query', '-W', '-f=${Package} ${Version} ${source:Package}\n', ...new Set(owners.values())).trim().split('\n').map((l) => l.split(' ')).map(([n, v, s]) => [n, { v, s }]));

const components = [], byPackage = new Map(), direct = new Set([...run('readelf', '-dW', bin).matchAll(/\(NEEDED\).*\[(.+)\]/g)].map((m) => m[1]));
const dependsOn = new Set();
for (const { soname, file } of loaded) {
  const owner = names(file).map((f) => owners.get(f)).find(Boolean);
  if (!owner) throw new Error(`no package owns ${file}`);
  if (!byPackage.has(owner)) {
    const { v, s } = packages.get(owner), ref = `pkg:deb/debian/${owner}@${encodeURIComponent(v)}?arch=${arch}&distro=debian-${distro}`;
    byPackage.set(owner, { type: 'library', 'bom-ref': ref, name: owner, version: v, purl: ref, scope: 'required', properties: [{ name: 'tend:source-package', value: s }], hashes: [] });
  }
  const c = byPackage.get(owner);
  c.hashes.push({ alg: 'SHA-256', content: sha256(file) });
  c.properties.push({ name: direct.has(soname) ? 'tend:linked' : 'tend:linked-by-a-library', value: soname });
  if (direct.has(soname)) dependsOn.add(c['bom-ref']);
}
components.push(...[...byPackage.values()].sort((a, b) => (a.name < b.name ? -1 : 1)));

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
const npm = (path, p) => {
  const name = path.replace(/^.*node_modules\//, ''), ref = `pkg:npm/${name.replace('@', '%40')}@${p.version}`;
  const [alg, digest] = p.integrity?.split('-') ?? [];
  return { type: 'library', 'bom-ref': ref, name, version: p.version, purl: ref, scope: 'excluded', ...(p.license ? { licenses: [{ license: /^[A-Za-z0-9.+-]+$/.test(p.license) ? { id: p.license } : { name: p.license } }] } : {}),
    hashes: digest ? [{ alg: alg.replace('sha', 'SHA-'), content: Buffer.from(digest, 'base64').toString('hex') }] : [] };
};
/* the one npm package of which something is shipped: its SQLite source is compiled in */
const carrier = 'node_modules/better-sqlite3', sqlite = `${carrier}/deps/sqlite3/sqlite3.c`;
const v = readFileSync(sqlite, 'utf8').match(/^#define SQLITE_VERSION +"([\d.]+)"/m)[1], ref = `pkg:generic/sqlite@${v}`;
components.push({ type: 'library', 'bom-ref': ref, name: 'sqlite', version: v, purl: ref, cpe: `cpe:2.3:a:sqlite:sqlite:${v}:*:*:*:*:*:*:*`, scope: 'required', licenses: [{ license: { id: 'blessing' } }],
  hashes: [{ alg: 'SHA-256', content: sha256(sqlite) }], properties: [{ name: 'tend:compiled-in', value: 'sqlite3.c' }, { name: 'tend:carried-by', value: npm(carrier, lock[carrier]).purl }] });
dependsOn.add(ref);
const seen = new Set();
for (const [path, p] of Object.entries(lock)) {
  if (!path || p.link) continue;
  const c = npm(path, p);
  if (!seen.has(c['bom-ref'])) components.push(c);
  seen.add(c['bom-ref']);
}

const self = `pkg:generic/tend@${version}`, digest = sha256(bin), id = createHash('sha256').update(digest + JSON.stringify(components)).digest('hex');
const made = new Date(Number(process.env.SOURCE_DATE_EPOCH ?? execFileSync('git', ['log', '-1', '--format=%ct'], { encoding: 'utf8' }).trim()) * 1000);
console.log(JSON.stringify({
  $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json', bomFormat: 'CycloneDX', specVersion: '1.5', version: 1,
  serialNumber: `urn:uuid:${id.slice(0, 8)}-${id.slice(8, 12)}-5${id.slice(13, 16)}-a${id.slice(17, 20)}-${id.slice(20, 32)}`,
  metadata: {
    timestamp: made.toISOString().replace(/\.\d+Z/, 'Z'),
    component: { type: 'application', 'bom-ref': self, name: 'tend', version, purl: self, licenses: [{ license: { id: 'Apache-2.0' } }], hashes: [{ alg: 'SHA-256', content: digest }] },
  },
  components,
  dependencies: [{ ref: self, dependsOn: [...dependsOn].sort() }],
}, null, 1));
