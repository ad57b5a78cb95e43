// Small comforts over pages that work without it: keys, sliders that follow their fields, drafts kept while typing.
(function () {
  'use strict'

  const DAY = 86400000

  function mirror (slider) {
    const field = document.getElementById(slider.dataset.mirrors)
    const form = slider.form
    let waiting
    const stops = (slider.dataset.stops || '').split(' ').map(Number)
    function said () {
      if (slider.dataset.kind === 'day') return new Date(Number(slider.value) * DAY).toISOString().slice(0, 10)
      return slider.dataset.kind === 'stop' ? String(stops[Number(slider.value)]) : slider.value
    }
    function nearest (point) {
      return stops.reduce(function (best, stop, at) { return Math.abs(stop - point) < Math.abs(stops[best] - point) ? at : best }, 0)
    }
    slider.addEventListener('input', function () {
      field.value = said()
      if (slider.dataset.kind === 'stop') slider.setAttribute('aria-valuetext', field.value)
      clearTimeout(waiting)
      waiting = setTimeout(function () { form.dispatchEvent(new Event('settled')) }, 180)
    })
    field.addEventListener('change', function () {
      if (slider.dataset.kind === 'day') slider.value = String(Date.parse(field.value) / DAY)
      else slider.value = slider.dataset.kind === 'stop' ? String(nearest(Number(field.value))) : field.value
      if (field.value) form.dispatchEvent(new Event('settled'))
    })
  }

  function begin (root) {
    root.querySelectorAll('input[type=range][data-mirrors]').forEach(mirror)
  }

  // One key for one deed: an element says which key with data-key. Never while someone types.
  document.addEventListener('keydown', function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const typing = event.target.closest('input, textarea, select, [contenteditable]')
    if (typing) {
      if (event.key === 'Escape') typing.blur()
      return
    }
    const key = event.key === '"' || event.key === '\\' ? '' : event.key
    const wanted = key && document.querySelector('[data-key="' + CSS.escape(key) + '"]')
    if (!wanted) return
    event.preventDefault()
    if (wanted.matches('input, textarea, select')) wanted.focus()
    else wanted.click()
  })

  document.addEventListener('click', function (event) {
    const veil = event.target.closest('[data-unveil]')
    if (veil) veil.classList.add('unveiled')
  })

  // On a telephone the screens are one strip: the one that is open is brought into sight.
  function showWhere () {
    const here = document.querySelector('.menu [aria-current]')
    if (here) here.scrollIntoView({ block: 'nearest', inline: 'center' })
  }

  document.addEventListener('DOMContentLoaded', function () { begin(document); showWhere() })
  document.addEventListener('htmx:load', function (event) { if (event.target !== document.body) begin(event.target) })
})()
