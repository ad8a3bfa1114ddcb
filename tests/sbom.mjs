// The bill of materials says what is so: every library that the program loads is in it, with the version that is installed; nothing that is not; the digests are those of the files.
//   node tests/sbom.mjs [BINARY]
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

process.chdir(new URL('..', import.meta.url).pathname);
const bin = process.argv[2] ?? 'build-rel/tend';
const make = () => execFileSync('node', ['packaging/sbom.mjs', bin], { encoding: 'utf8' });
const text = make(), bom = JSON.parse(text);
assert.equal(text, make(), 'the same build gives the same bytes');
assert.deepEqual([bom.bomFormat, bom.specVersion, bom.version], ['CycloneDX', '1.5', 1]);
assert.match(bom.serialNumber, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
const sha256 = (f) => createHash('sha256').update(readFileSync(f)).digest('hex'), refs = new Set([bom.metadata.component['bom-ref']]);
assert.equal(bom.metadata.component.hashes[0].content, sha256(bin));
for (const c of bom.components) {
  assert.ok(!refs.has(c['bom-ref']), `${c['bom-ref']} twice`);
  refs.add(c['bom-ref']);
  assert.match(c.purl, /^pkg:(deb\/debian|npm|generic)\/(%40[^/@]+\/)?[^/@]+@[^?@]+(\?.*)?$/, c.purl);
  assert.ok(c.name && c.version && c.hashes.length, c.purl);
  for (const h of c.hashes) assert.equal(h.content.length, { 'SHA-256': 64, 'SHA-512': 128, 'SHA-1': 40 }[h.alg], `${c.purl} ${h.alg}`);
}
for (const d of bom.dependencies) for (const r of [d.ref, ...d.dependsOn]) assert.ok(refs.has(r), `${r} is nothing`);
/* ldd = list */
const loaded = execFileSync('ldd', [bin], { encoding: 'utf8' }).split('\n').map((l) => l.trim().split(' ')[0].split('/').pop()).filter((n) => n && n !== 'linux-vdso.so.1');
const listed = bom.components.flatMap((c) => (c.properties ?? []).filter((p) => /^tend:linked/.test(p.name)).map((p) => p.value));
assert.ok(loaded.length > 20);
assert.deepEqual(listed.sort(), loaded.sort());
const installed = new Map(execFileSync('dpkg-query', ['-W', '-f=${Package} ${Version}\n'], { encoding: 'utf8' }).trim().split('\n').map((l) => l.split(' ')));
for (const c of bom.components.filter((x) => x.purl.startsWith('pkg:deb/'))) assert.equal(c.version, installed.get(c.name), c.name);
/* the SQLite that is said is the SQLite that answers */
const sqlite = bom.components.find((c) => c.name === 'sqlite');
assert.ok(readFileSync(bin).includes(Buffer.from(sqlite.version + '\0')), `${sqlite.version} stands in the program`);
const locked = Object.entries(JSON.parse(readFileSync('package-lock.json', 'utf8')).packages).filter(([p]) => p);
assert.equal(new Set(locked.map(([p, v]) => p.replace(/^.*node_modules\//, '') + '@' + v.version)).size, bom.components.filter((c) => c.scope === 'excluded').length);
console.log(`ok   bill of materials: ${listed.length} libraries of ${new Set(bom.components.filter((c) => c.purl.startsWith('pkg:deb/'))).size} packages, SQLite ${sqlite.version}, ${bom.components.filter((c) => c.scope === 'excluded').length} npm packages that only build and test`);
