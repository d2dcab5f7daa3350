/** What makes the frame viewer move. Plain script for browsers, no library. */
export const VIEWER_SCRIPT = `
(() => {
  'use strict'
  const byId = (id) => document.getElementById(id)
  const source = byId('frame-data')
  if (!source) return
  const { captions, indices, cursor } = JSON.parse(source.textContent)
  const cards = [...document.querySelectorAll('#filmstrip .card')]
  const picture = byId('view-picture')
  const outline = byId('view-outline')
  const slider = byId('slider')
  const play = byId('play')
  const now = byId('now')
  let place = 0
  let isUsed = false
  let timer = null

  const firstOutlines = () => {
    const copies = [...cards[0].querySelectorAll('.outline')].map((group) => group.cloneNode(true))
    for (const copy of copies) copy.classList.add('first')
    return copies
  }
  const show = (wanted, follow = true) => {
    cards[place].classList.remove('current')
    place = Math.max(0, Math.min(cards.length - 1, wanted))
    const card = cards[place]
    card.classList.add('current')
    picture.src = card.querySelector('img').src
    const groups = byId('show-outline').checked
      ? [...card.querySelectorAll('.outline')].map((group) => group.cloneNode(true))
      : []
    outline.replaceChildren(...groups, ...(byId('show-first').checked ? firstOutlines() : []))
    byId('view-caption').innerHTML = captions[place]
    slider.value = String(place)
    if (now && isUsed && cursor[place] !== null) {
      now.setAttribute('x1', cursor[place])
      now.setAttribute('x2', cursor[place])
      now.setAttribute('visibility', 'visible')
    }
    if (follow) {
      const strip = byId('filmstrip')
      const top = card.offsetTop - strip.offsetTop
      if (top < strip.scrollTop || top + card.offsetHeight > strip.scrollTop + strip.clientHeight)
        strip.scrollTop = top - strip.clientHeight / 2
    }
  }
  const stop = () => {
    clearInterval(timer)
    timer = null
    play.textContent = '\\u25b6'
    play.setAttribute('aria-label', 'Play')
  }
  const toggle = () => {
    if (timer !== null) return stop()
    if (place === cards.length - 1) show(0)
    play.textContent = '\\u275a\\u275a'
    play.setAttribute('aria-label', 'Pause')
    timer = setInterval(() => (place === cards.length - 1 ? stop() : show(place + 1)), 350)
  }

  slider.addEventListener('input', () => show(Number(slider.value)))
  byId('previous').addEventListener('click', () => show(place - 1))
  byId('next').addEventListener('click', () => show(place + 1))
  play.addEventListener('click', toggle)
  byId('show-outline').addEventListener('change', () => show(place))
  byId('show-first').addEventListener('change', () => show(place))
  for (const card of cards)
    card.addEventListener('click', () => show(Number(card.dataset.place), false))
  for (const point of document.querySelectorAll('.point'))
    point.addEventListener('click', () => {
      const found = indices.indexOf(Number(point.dataset.frame))
      if (found >= 0) show(found)
    })
  document.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target === slider) return
    const moves = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: cards.length - 1 }
    const inViewer = byId('viewer').contains(event.target)
    if (event.key in moves && (inViewer || event.key.startsWith('Arrow'))) {
      show(moves[event.key])
      event.preventDefault()
    } else if (event.key === ' ' && event.target === byId('viewer')) {
      toggle()
      event.preventDefault()
    }
  })
  show(0, false)
  isUsed = true
})()
`
