// What a disk may hold after the power went. tests/tools/disk_fault.c has recorded everything a program did to its folder; here any moment of that
// record becomes a folder again, with the liberties that a disk has: what was written since a file's last sync is there, or not, or in part (sector by
// sector, in any order); new names that were not synced with their folder are there or not. What was synced is there.
//
//   const log = new DiskLog(file, root);
//   log.acks                                   // [{ at, text }]: when a client was told what
//   log.image(at, base, into, keep)            // the folder after op `at`: base is a copy from before the record; keep: 'none' | 'all' | a random()
import { readFileSync, writeFileSync, mkdirSync, cpSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';

const SECTOR = 512;

/* A small generator with a seed, so that a finding can be had again. */
export function random(seed) {
  let s = seed >>> 0;
  return () => { s = (s + 0x6d2b79f5) >>> 0; let t = s; t = Math.imul(t ^ (t >>> 15), t | 1); t ^= t + Math.imul(t ^ (t >>> 7), t | 61); return ((t ^ (t >>> 14)) >>> 0) / 4294967296; };
}

class File {
  constructor(bytes) { this.synced = bytes; this.pending = []; }
  /* The content after the chosen ones of the pending operations. */
  content(keep) {
    if (keep === 'none' || this.pending.length === 0) return this.synced;
    const parts = [];
    let size = this.synced.length;
    for (const p of this.pending) {
      if (p.size !== undefined) { if (keep === 'all' || keep() < 0.5) { parts.push(p); size = p.size; } continue; }
      for (let from = 0; from < p.bytes.length;) {
        const to = Math.min(p.bytes.length, from + SECTOR - ((p.at + from) % SECTOR));
        if (keep === 'all' || keep() < 0.6) { parts.push({ at: p.at + from, bytes: p.bytes.subarray(from, to) }); size = Math.max(size, p.at + to); }
        from = to;
      }
    }
    let most = this.synced.length, end = this.synced.length;
    for (const p of parts) { end = p.size !== undefined ? p.size : Math.max(end, p.at + p.bytes.length); most = Math.max(most, end); }
    const out = Buffer.alloc(most);
    let n = this.synced.length;
    this.synced.copy(out);
    for (const p of parts) {
      if (p.size !== undefined) { if (p.size < n) out.fill(0, p.size, n); n = p.size; }
      else { p.bytes.copy(out, p.at); n = Math.max(n, p.at + p.bytes.length); }
    }
    return out.subarray(0, n);
  }
  sync() { this.synced = Buffer.from(this.content('all')); this.pending = []; }
}

export class DiskLog {
  constructor(file, root) {
    const all = readFileSync(file);
    this.root = root;
    this.ops = [];
    this.acks = [];
    for (let at = 0; at + 32 <= all.length;) {
      const op = String.fromCharCode(all[at]), object = Number(all.readBigUInt64LE(at + 8)), number = Number(all.readBigUInt64LE(at + 16)), n = Number(all.readBigUInt64LE(at + 24));
      const bytes = all.subarray(at + 32, at + 32 + n);
      if (op === 'A') this.acks.push({ at: this.ops.length, text: bytes.toString('latin1') });
      this.ops.push({ op, object, number, bytes });
      at += 32 + n;
    }
  }
  /* Images must be asked for in the order of their moments; state is carried on. */
  #to(at, base) {
    if (!this.state || this.state.next > at) this.state = { next: 0, files: new Map(), names: new Map(), waiting: [] };
    const s = this.state;
    for (; s.next < at; s.next++) {
      const o = this.ops[s.next], f = s.files.get(o.object);
      if (o.op === 'O') {
        const name = o.bytes.toString(), old = path.join(base, path.relative(this.root, name));
        s.files.set(o.object, new File(existsSync(old) ? readFileSync(old) : Buffer.alloc(0)));
        s.names.set(name, o.object);
      } else if (o.op === 'C') {
        s.files.set(o.object, new File(Buffer.alloc(0)));
        s.waiting.push({ dir: path.dirname(o.bytes.toString()), name: o.bytes.toString(), object: o.object });
      } else if (o.op === 'W') f.pending.push({ at: o.number, bytes: o.bytes });
      else if (o.op === 'T') f.pending.push({ size: o.number });
      else if (o.op === 'S') f.sync();
      else if (o.op === 'D') {
        const dir = o.bytes.toString(), rest = [];
        for (const w of s.waiting) if (w.dir === dir) this.#name(s.names, w); else rest.push(w);
        s.waiting = rest;
      } else if (o.op === 'R') { const [from, name] = o.bytes.toString().split('\n'); s.waiting.push({ dir: path.dirname(name), name, from }); }
      else if (o.op === 'U') s.waiting.push({ dir: path.dirname(o.bytes.toString()), name: o.bytes.toString(), gone: true });
      else if (o.op === 'M') s.waiting.push({ dir: path.dirname(o.bytes.toString()), name: o.bytes.toString(), folder: true });
    }
    return s;
  }
  #name(names, w) {
    if (w.gone) names.set(w.name, null);
    else if (w.folder) names.set(w.name, 'folder');
    else if (w.from) { names.set(w.name, this.#find(names, w.from)); names.set(w.from, null); }
    else names.set(w.name, w.object);
  }
  /* A name that was made and moved before its folder was synced: the file itself is what the record says. */
  #find(names, name) {
    if (names.get(name)) return names.get(name);
    const made = this.state.waiting.filter((w) => w.name === name && w.object).at(-1);
    return made?.object ?? this.state.born?.get(name) ?? null;
  }
  image(at, base, into, keep) {
    const s = this.#to(at, base), names = new Map(s.names);
    for (const w of s.waiting) if (keep === 'all' || (keep !== 'none' && keep() < 0.5)) this.#name(names, w);
    rmSync(into, { recursive: true, force: true });
    cpSync(base, into, { recursive: true });
    const made = [...names].sort(([a], [b]) => a.length - b.length);
    for (const [name, what] of made) {
      const to = path.join(into, path.relative(this.root, name));
      if (name.endsWith('-shm') || name.endsWith('.sock')) continue;
      if (what === 'folder') mkdirSync(to, { recursive: true });
      else if (what === null) rmSync(to, { force: true });
      else if (existsSync(path.dirname(to))) writeFileSync(to, s.files.get(what).content(keep), { mode: 0o600 }); /* a folder whose own name is lost takes its files along */
    }
  }
}
