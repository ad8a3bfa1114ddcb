// Contrast of every pair of text and ground that desk.css makes, from its tokens, in both themes: at least 4.5:1 for words,
// 3:1 for the edges of fields and marks.
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const css = readFileSync(new URL('../../assets/desk.css', import.meta.url), 'utf8');
const tokens = {};
for (const [, name, light, dark] of css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g))
  tokens[name] ??= [light, dark];

const luminance = hex => {
  const [r, g, b] = [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16) / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ratio = (a, b) => {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
};

const pairs = {
  ink: ['paper', 'surface', 'sunken', 'hover', 'note', 'accent-wash', 'bad-wash', 'warn-wash'],
  soft: ['paper', 'surface', 'sunken', 'hover', 'note', 'accent-wash'],
  faint: ['paper', 'surface', 'sunken', 'hover', 'note'],
  bad: ['paper', 'surface', 'bad-wash', 'sunken'],
  warn: ['surface', 'warn-wash', 'paper'],
  good: ['surface', 'paper', 'sunken', 'accent-wash'],
  paper: ['ink'],
  'on-accent': ['accent', 'accent-hover'],
  accent: ['surface', 'paper', 'sunken'],
};
const marks = { edge: ['paper', 'surface'], accent: ['surface', 'note', 'accent-wash'], warn: ['line'] };

for (const [i, theme] of ['light', 'dark'].entries())
  test(`contrast in the ${theme} theme`, () => {
    assert.ok(Object.keys(tokens).length > 15, 'the tokens were found');
    const poor = [];
    for (const [list, least] of [[pairs, 4.5], [marks, 3]])
      for (const [fg, grounds] of Object.entries(list))
        for (const bg of grounds) {
          const r = ratio(tokens[fg][i], tokens[bg][i]);
          if (r < least) poor.push(`${fg} on ${bg}: ${r.toFixed(2)} < ${least}`);
        }
    assert.deepEqual(poor, []);
  });
