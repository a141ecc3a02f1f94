/* Starts the widgets that Wagtail starts by inline scripts, which our Content-Security-Policy does not run.
 *
 * sites/content_security.py and the templates beside it leave a <template data-linli-start> where Wagtail writes a
 * <script>. Only the names below are ever called: markup that somebody smuggled in can start no other function. */
(() => {
  'use strict';

  const started = new WeakSet();
  const withId = new Set(['initDateChooser', 'initDateTimeChooser', 'initTimeChooser']);
  const panels = new Set(['InlinePanel', 'MultipleChooserPanel']);

  const start = (mark) => {
    const { linliStart: name, id, options } = mark.dataset;
    if (started.has(mark) || typeof window[name] !== 'function') return;
    started.add(mark);
    const values = JSON.parse(options);
    if (withId.has(name)) window[name](id, values);
    else if (panels.has(name)) new window[name](values);
    else if (/^([A-Z][A-Za-z]*)?Chooser$/.test(name)) new window[name](id, values);
  };

  const search = (node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    if (node.matches('template[data-linli-start]')) start(node);
    node.querySelectorAll('template[data-linli-start]').forEach(start);
  };

  // From here on, also while the page is still being read, as the inline scripts did.
  new MutationObserver((changes) => {
    changes.forEach((change) => change.addedNodes.forEach(search));
  }).observe(document.documentElement, { childList: true, subtree: true });
  search(document.documentElement);
})();
