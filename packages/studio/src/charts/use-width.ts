import { type RefCallback, useCallback, useRef, useState } from 'react'

/** Width of an element, whole pixels; 0 before it is known. */
export function useWidth<E extends Element>(): [width: number, ref: RefCallback<E>] {
  const [width, setWidth] = useState(0)
  const observer = useRef<ResizeObserver | null>(null)
  const ref = useCallback((element: E | null): void => {
    observer.current?.disconnect()
    if (!element) return
    observer.current = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.floor(entry.contentRect.width))
    })
    observer.current.observe(element)
  }, [])
  return [width, ref]
}
