/** Values under the pointer and the choice of colours; without it the report is complete too. */
export const SCRIPT = `
'use strict';
(() => {
  const root = document.documentElement;
  const button = document.getElementById('theme');
  if (button) {
    button.hidden = false;
    button.addEventListener('click', () => {
      const isDark = root.dataset.theme
        ? root.dataset.theme === 'dark'
        : matchMedia('(prefers-color-scheme: dark)').matches;
      root.dataset.theme = isDark ? 'light' : 'dark';
    });
  }
  const number = (value, step) => {
    const digits = step > 0 ? Math.min(8, Math.max(0, Math.ceil(-Math.log10(step)))) : 2;
    return value.toLocaleString('en-US', { minimumFractionDigits: digits,
      maximumFractionDigits: digits }).replace('-', '\\u2212');
  };
  for (const figure of document.querySelectorAll('[data-chart]')) {
    const data = JSON.parse(figure.querySelector('script').textContent);
    const svg = figure.querySelector('svg');
    const cross = svg.querySelector('.cross');
    const tip = figure.querySelector('.tip');
    const canvas = figure.querySelector('.canvas');
    const width = svg.viewBox.baseVal.width;
    const nearest = (points, x) => {
      let low = 0;
      let high = points.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (points[middle][0] < x) low = middle + 1;
        else high = middle;
      }
      const before = points[low - 1];
      const here = points[low];
      return before && here && x - before[0] < here[0] - x ? before : here;
    };
    svg.addEventListener('pointermove', (event) => {
      const box = svg.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width) * width;
      if (x < data.left || x > data.right) return hide();
      const part = (x - data.left) / (data.right - data.left);
      const time = data.first + part * (data.last - data.first);
      const lines = [new Date(time).toISOString().slice(0, 23).replace('T', ' ') + ' UTC'];
      for (const panel of data.panels) {
        const point = nearest(panel.points, x);
        if (point) lines.push(panel.label + ': ' + number(point[3], panel.step) + ' ' + panel.unit);
      }
      cross.setAttribute('x1', x);
      cross.setAttribute('x2', x);
      cross.setAttribute('visibility', 'visible');
      tip.hidden = false;
      tip.replaceChildren(...lines.flatMap((line, index) =>
        index === 0 ? [line] : [document.createElement('br'), line]));
      const left = event.clientX - box.left;
      const side = left > box.width / 2 ? left - tip.offsetWidth - 14 : left + 14;
      tip.style.left = Math.max(0, side) + canvas.scrollLeft + 'px';
      tip.style.top = Math.max(0, event.clientY - box.top - tip.offsetHeight / 2) + 'px';
    });
    const hide = () => {
      cross.setAttribute('visibility', 'hidden');
      tip.hidden = true;
    };
    svg.addEventListener('pointerleave', hide);
  }
})();
`;
