/** An element of an XML document; attributes and children in the order of the file. */
export interface XmlElement {
  name: string
  attributes: Record<string, string | number | boolean>
  children: readonly (XmlElement | string)[]
}

/** An element. Texts among the children are escaped when written. */
export function element(
  name: string,
  attributes: XmlElement['attributes'] = {},
  children: XmlElement['children'] = [],
): XmlElement {
  return { name, attributes, children }
}

/** An element that holds a text. */
export function textElement(name: string, text: string): XmlElement {
  return element(name, {}, [text])
}

/**
 * A document, indented by one blank a level. An element with a text among its children is kept on
 * one line, for blanks beside text would count.
 */
export function writeXml(root: XmlElement, head: readonly string[] = []): string {
  return `${[...head, ...lines(root, '')].join('\n')}\n`
}

function lines(node: XmlElement, indent: string): string[] {
  const { name, children } = node
  const attributes = Object.entries(node.attributes)
    .map(([key, value]) => ` ${key}="${escapeText(String(value), true)}"`)
    .join('')
  if (children.length === 0) return [`${indent}<${name}${attributes}/>`]
  if (children.some((child) => typeof child === 'string')) {
    const inside = children.map((child) =>
      typeof child === 'string' ? escapeText(child, false) : lines(child, '').join(''),
    )
    return [`${indent}<${name}${attributes}>${inside.join('')}</${name}>`]
  }
  return [
    `${indent}<${name}${attributes}>`,
    ...children.flatMap((child) => lines(child as XmlElement, `${indent} `)),
    `${indent}</${name}>`,
  ]
}

/** Characters that XML 1.0 does not know, not even escaped, are left out. */
function escapeText(text: string, isAttribute: boolean): string {
  const known = [...text].filter((char) => {
    const code = char.codePointAt(0) ?? 0
    const isControl = code < 0x20 && char !== '\t' && char !== '\n' && char !== '\r'
    return !isControl && !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff
  })
  const escaped = known
    .join('')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')
  if (!isAttribute) return escaped
  return escaped.replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')
}
