// Second opinion on html_mail.c: parse5, the reference HTML parser, must read our output as exactly the tree we meant.
//   node --test tests/oracle/html_mail.mjs          (HTML_MAIL_TOOL names the built program; default build/tests/html_mail_tool)
// For every payload: (1) only allowed elements and attributes, (2) parsing and serialising gives the same bytes, as a fragment and inside
// a document, (3) no executable address, (4) doing it twice changes nothing. Payloads: tests/mails/xss.txt (one a line) and random soup.
// DOMPurify needs a DOM; none that runs on Node 20 is among our packages, so it is asked in the browser suite only.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { parse, parseFragment, serialize } from 'parse5';

const root = new URL('../../', import.meta.url).pathname;
const tool = process.env.HTML_MAIL_TOOL ?? root + 'build/tests/html_mail_tool';
const ELEMENTS = new Set(('a abbr b blockquote br cite code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp ' +
  'small strong sub sup table tbody td tfoot th thead tr u ul var').split(' '));
const ATTRIBUTES = new Set(['href', 'rel', 'target', 'data-cid', 'data-remote', 'alt', 'width', 'height', 'dir', 'colspan', 'rowspan', 'start']);

function rebuild(list) {
  const r = spawnSync(tool, ['-n'], { input: list.map((s) => s.replaceAll('\0', '\uFFFD') + '\0').join(''), maxBuffer: 1 << 30 });
  assert.equal(r.status, 0, 'not in the closed grammar: ' + r.stderr);
  const parts = r.stdout.toString('utf8').split('\0');
  assert.equal(parts.length, list.length * 2 + 1);
  return list.map((_, i) => ({ html: parts[2 * i], text: parts[2 * i + 1] }));
}

function walk(node, input) {
  for (const c of node.childNodes ?? []) {
    if (c.nodeName === '#text') continue;
    assert.ok(ELEMENTS.has(c.nodeName), `<${c.nodeName}> came out of ${JSON.stringify(input)}`);
    assert.equal(c.namespaceURI, 'http://www.w3.org/1999/xhtml');
    for (const a of c.attrs) {
      assert.ok(ATTRIBUTES.has(a.name), `${a.name}= came out of ${JSON.stringify(input)}`);
      if (a.name === 'href') assert.match(a.value, /^(https?:\/\/|mailto:)/);
      if (a.name === 'data-remote') assert.match(a.value, /^https?:\/\//);
    }
    walk(c, input);
  }
}

function check(list) {
  const once = rebuild(list);
  const twice = rebuild(once.map((r) => r.html));
  list.forEach((input, i) => {
    const { html } = once[i];
    const fragment = parseFragment(html);
    walk(fragment, input);
    assert.equal(serialize(fragment), html, 'read differently: ' + JSON.stringify(input));
    const doc = parse('<!doctype html><html><head></head><body><div>' + html + '</div></body></html>');
    const body = doc.childNodes.find((n) => n.nodeName === 'html').childNodes.find((n) => n.nodeName === 'body');
    assert.equal(serialize(body.childNodes[0]), html, 'read differently in a document: ' + JSON.stringify(input));
    assert.equal(twice[i].html, html, 'not stable: ' + JSON.stringify(input));
  });
  return once;
}

// One payload a line; \n, \t, \r, \f and \u{…} are written out, so that every byte can be seen.
const unescape = (s) => s.replace(/\\(n|t|r|f|u\{([0-9a-f]+)\})/g, (_, k, hex) => (hex ? String.fromCodePoint(parseInt(hex, 16)) : { n: '\n', t: '\t', r: '\r', f: '\f' }[k]));

test('payloads', () => {
  const lines = readFileSync(root + 'tests/mails/xss.txt', 'utf8').split('\n').filter((l) => l && !l.startsWith('# ')).map(unescape);
  assert.ok(lines.length >= 130, `${lines.length} payloads`);
  check(lines);
  check(lines.map((l) => '<table><tr><td><b>' + l));
  check(lines.map((l) => '<p><a href="https://x.org/">' + l + '</a>'));
});

test('mails as people write them', () => {
  const once = check([
    '<html><head><title>t</title><style>p{}</style></head><body><p>Hello <b>you</b><br>there</p></body></html>',
    '<div dir="rtl">\u05e9\u05dc\u05d5\u05dd</div>',
    '<ul><li>one<li>two<ul><li>deep</ul></ul><ol start=3><li>c</ol>',
    '<table><tr><td>a<td>b<tr><th colspan=2>c</table>',
    '<blockquote type="cite">quoted<blockquote>more</blockquote></blockquote>',
    '<a href="https://x.org/?a=1&amp;b=2">shown</a> <a href="mailto:a@x.org">a@x.org</a>',
    '<pre>\n  keep\n    this</pre>',
    '<img src="cid:logo%40x" alt="Logo"><img src="https://t.example/p.gif" width=1 height=1>',
    '<p>a &amp; b &lt;c&gt; &copy; &nbsp;&#8364;&#x80;</p>',
    '<font color=red><center>flat</center></font>',
  ]);
  assert.equal(once[0].html, '<p>Hello <b>you</b><br>there</p>');
  assert.equal(once[0].text, 'Hello you\nthere');
  assert.equal(once[2].text, '- one\n- two\n  - deep\n3. c');
  assert.equal(once[3].text, 'a\tb\nc');
  assert.equal(once[4].text, '> quoted\n>\n> > more');
  assert.equal(once[5].text, 'shown <https://x.org/?a=1&b=2> a@x.org');
  assert.equal(once[6].text, '  keep\n    this');
  assert.equal(once[7].html, '<img data-cid="logo@x" alt="Logo"><img data-remote="https://t.example/p.gif" alt="" width="1" height="1">');
  assert.equal(once[8].html, '<p>a &amp; b &lt;c&gt; \u00a9 &nbsp;\u20ac\u20ac</p>');
});

// The text nodes that parse5 finds in simple inline HTML must be the ones we show: our tokenizer against theirs.
test('tokens and character references as parse5 reads them', () => {
  const list = ['a&ampb', '&amp', '&notit;', '&notin;', '&lt;&LT;&gt', '&#0;&#x110000;&#xd800;&#128;', '&#x41', '&#', '&#x', '&unknown;', '&AMP;amp;',
    'x<y', '1<2', '<<b>x', 'a</>b', 'a</ b>c', '<!x>a', '<?x>a', '<!-->a', '<!--->a', '<!--a--!>b', '<!--a--b-->c', '<!doctype x>a', '<b/x>y',
    '<b x=">">y', "<b x='>'>y", '<b x=a>y', '<b =x>y', '<b "x>y', '<b <x>y', '&nvlt;', '&NotEqualTilde;', '&ngE;', '&sub', '&subE;', '&copy2', '&acE;',
    '<title>a&amp;b</title>c', '<textarea></TEXTAREA x>y', '<script><!--<script></script>--></script>z', '<style><!--</style>z', '&Aacute&aacute',
    '<b\u000cx>y', '<xmp><b>&amp;</xmp>y', '<plaintext>a<b>', '<![CDATA[x]]>y', '<svg><![CDATA[</svg>x]]></svg>y', '\r\na\rb', '<a&b>c', '</b x="</b>">y'];
  const text = (n) => (n.nodeName === '#text' ? n.value : ['script', 'style', 'title', 'textarea', 'svg'].includes(n.nodeName) ? '' : (n.childNodes ?? []).map(text).join(''));
  rebuild(list).forEach((r, i) => {
    assert.equal(text(parseFragment(r.html)), text(parseFragment(list[i])), JSON.stringify(list[i]));
  });
});

test('tag soup, made at random from a fixed seed', () => {
  let seed = 20261124;
  const rnd = (n) => { seed = (seed * 1103515245 + 12345) & 0x7fffffff; return (seed >> 8) % n; };
  const names = [...ELEMENTS, 'svg', 'math', 'style', 'script', 'title', 'template', 'select', 'option', 'form', 'font', 'center', 'span', 'noscript', 'mtext',
    'foreignObject', 'desc', 'annotation-xml', 'textarea', 'xmp', 'caption', 'colgroup', 'col', 'nobr', 'body', 'html', 'head', 'frameset', 'button', 'object'];
  const bits = ['text', ' ', '\n', '&lt;', '&', '<!--', '-->', '<![CDATA[', ']]>', '<', '>', '"', "'", '\u00a0', '</', '<p id="', 'x=y ', '\u0000', '<a href="https://a/">', '<img src=x onerror=y>'];
  const soup = [];
  for (let i = 0; i < 4000; i++) {
    let s = '';
    for (let n = 1 + rnd(40); n > 0; n--) {
      const k = rnd(10);
      if (k < 5) s += `<${names[rnd(names.length)]}${rnd(4) ? '' : ' dir=rtl href=http://b/ start=2 colspan=2'}${rnd(20) ? '' : '/'}>`;
      else if (k < 8) s += `</${names[rnd(names.length)]}>`;
      else s += bits[rnd(bits.length)];
    }
    soup.push(s);
  }
  check(soup);
});
