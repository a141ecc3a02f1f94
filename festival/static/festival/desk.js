/* What the desk's pages do beyond their plain forms: ticking all, and dragging. Every deed is a form that works
 * without this. */
(() => {
  'use strict';

  // --- the queue -------------------------------------------------------------------------------------------------------

  const queue = document.querySelector('[data-linli-bulk]');
  if (queue) {
    const all = queue.querySelector('[data-linli-all]');
    const ticks = [...queue.querySelectorAll('input[name="chosen"]')];
    const count = queue.querySelector('[data-linli-count]');
    const tell = () => {
      const many = ticks.filter((one) => one.checked).length;
      count.textContent = many ? ` 选了 ${many} 份。` : '';
      all.checked = many === ticks.length;
      all.indeterminate = many > 0 && many < ticks.length;
    };
    all.closest('label').hidden = false;
    all.addEventListener('change', () => {
      ticks.forEach((one) => { one.checked = all.checked; });
      tell();
    });
    queue.addEventListener('change', tell);
    tell();
  }

  // --- dragging, by mouse, pen or finger ----------------------------------------------------------------------------------

  const FAR_ENOUGH = 6; // pixels before a press becomes a drag

  const drag = (source, { start, over, drop, end, name }) => {
    source.addEventListener('pointerdown', (down) => {
      if (down.button !== 0 || down.target.closest('a, button, input, summary, label')) return;
      if (down.pointerType === 'touch' && !down.target.closest('.linli-grip')) return;
      let ghost = null;
      const move = (event) => {
        if (!ghost) {
          if (Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < FAR_ENOUGH) return;
          ghost = document.createElement('div');
          ghost.className = 'linli-ghost';
          ghost.textContent = name;
          document.body.append(ghost);
          if (start) start();
        }
        event.preventDefault();
        ghost.style.transform = `translate(${event.clientX + 12}px, ${event.clientY + 12}px)`;
        over(document.elementFromPoint(event.clientX, event.clientY));
      };
      const finish = (event) => {
        document.removeEventListener('pointermove', move);
        document.removeEventListener('pointerup', finish);
        document.removeEventListener('pointercancel', finish);
        document.removeEventListener('keydown', leave);
        if (!ghost) return;
        ghost.remove();
        const under = event.type === 'pointerup' ? document.elementFromPoint(event.clientX, event.clientY) : null;
        if (under) drop(under);
        end();
      };
      const leave = (event) => { if (event.key === 'Escape') finish(event); };
      document.addEventListener('pointermove', move, { passive: false });
      document.addEventListener('pointerup', finish);
      document.addEventListener('pointercancel', finish);
      document.addEventListener('keydown', leave);
    });
  };

  const floor = document.querySelector('[data-linli-floor]');
  const allot = document.querySelector('[data-linli-allot]');
  if (floor && allot) {
    const who = allot.elements.application;
    const booths = allot.elements.booths;
    const hint = allot.querySelector('[data-linli-hint]');
    const help = document.querySelector('[data-linli-drag-help]');
    if (help) help.hidden = false;
    document.documentElement.classList.add('linli-can-drag');
    const choose = (place) => {
      const chosen = [...booths.options].find((one) => one.value === place.dataset.booth);
      if (!chosen) return;
      chosen.selected = true;
      mark();
    };
    const mark = () => {
      document.querySelectorAll('[data-linli-drag]').forEach((one) => one.classList.toggle('linli-chosen', one.dataset.linliDrag === who.value));
      const keys = new Set([...booths.selectedOptions].map((one) => one.value));
      floor.querySelectorAll('[data-booth]').forEach((one) => one.classList.toggle('linli-place--chosen', keys.has(one.dataset.booth)));
    };
    allot.addEventListener('change', mark);
    mark();
    const clear = () => floor.querySelectorAll('.linli-place--over').forEach((one) => one.classList.remove('linli-place--over'));
    const say = (text) => { hint.textContent = text; hint.hidden = false; };
    document.querySelectorAll('[data-linli-drag]').forEach((source) => {
      drag(source, {
        name: source.dataset.name,
        over: (node) => {
          clear();
          const place = node && node.closest('[data-booth]');
          if (place) place.classList.add('linli-place--over');
        },
        end: clear,
        drop: (node) => {
          const place = node.closest('[data-booth]');
          if (!place || place === source) return;
          if (place.dataset.state !== 'free') {
            say(`${place.dataset.number} 现在不空着，请拖到空着的摊位。`);
            return;
          }
          if (who.value !== source.dataset.linliDrag) {
            who.value = source.dataset.linliDrag;
            [...booths.options].forEach((one) => { one.selected = false; });
          }
          choose(place);
          const wanted = Number(who.selectedOptions[0].dataset.wanted) || 1;
          const many = [...booths.selectedOptions].length;
          if (many >= wanted) allot.requestSubmit();
          else say(`${source.dataset.name}要 ${wanted} 个摊位：选了 ${place.dataset.number}，再拖一次选另一个，或者直接按“定下摊位”。`);
        },
      });
    });
  }

  if (floor && allot) {
    const who = allot.elements.application;
    document.querySelectorAll('li[data-linli-drag]').forEach((card) => {
      card.addEventListener('click', (event) => {
        if (event.target.closest('a')) return;
        who.value = card.dataset.linliDrag;
        allot.dispatchEvent(new Event('change'));
      });
    });
    floor.addEventListener('click', (event) => {
      const place = event.target.closest('[data-booth]');
      if (!place || place.dataset.state !== 'free' || !who.value) return;
      const option = [...allot.elements.booths.options].find((one) => one.value === place.dataset.booth);
      option.selected = !option.selected;
      allot.dispatchEvent(new Event('change'));
      allot.scrollIntoView({ block: 'nearest' });
    });
  }

  // --- the order of those who wait ------------------------------------------------------------------------------------------

  const list = document.querySelector('[data-linli-waiting]');
  if (list) {
    list.classList.add('linli-waiting--moving');
    list.querySelectorAll('.linli-grip').forEach((grip) => { grip.hidden = false; });
    list.querySelectorAll('.linli-waiter').forEach((waiter) => {
      drag(waiter, {
        name: waiter.querySelector('a').textContent,
        start: () => waiter.classList.add('linli-waiter--lifted'),
        over: () => {},
        end: () => waiter.classList.remove('linli-waiter--lifted'),
        drop: (node) => {
          const other = node.closest('.linli-waiter');
          if (!other || other === waiter) return;
          // Only the place is filled in: why, the organiser writes.
          waiter.querySelector('details').open = true;
          waiter.querySelector('input[name="position"]').value = other.dataset.place;
          waiter.querySelector('input[name="reason"]').focus();
        },
      });
    });
  }
})();
