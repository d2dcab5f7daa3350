import { expect, it } from 'vitest'
import { element, textElement, writeXml } from '../../src/export/xml.ts'

it('escapes texts and attributes, and keeps line breaks of an attribute', () => {
  const xml = writeXml(
    element('a', { rule: `"x" < 1 & y > 'z'\n` }, [textElement('b', 'a & b <c>'), element('d')]),
  )
  expect(xml).toBe(
    `<a rule="&quot;x&quot; &lt; 1 &amp; y &gt; 'z'&#10;">\n <b>a &amp; b &lt;c&gt;</b>\n <d/>\n</a>\n`,
  )
})

it('leaves out what no XML document may hold', () => {
  expect(writeXml(textElement('a', 'x\u0000\u0008\ud800y\u00e9\u{1f30b}'))).toBe('<a>xyé🌋</a>\n')
})
