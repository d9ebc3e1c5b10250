// The overview: charts of the figures, and lists that can be sorted.
(function () {
  'use strict';
  const data = window.reportData;
  const {line, bars, axis, draw, clear, colour, DASHES} = window.reportCharts;
  const percent = {min: 0, suggestedMax: 100};
  const chosen = document.getElementById('pr-threshold');
  window.Chart.defaults.font.family =
    'system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif';

  function swatches() {
    document.querySelectorAll('.swatch').forEach((each) => {
      const index = Number(each.dataset.model);
      each.firstElementChild.setAttribute('stroke', colour(index));
      each.firstElementChild.setAttribute('stroke-dasharray',
        DASHES[index % 6].join(' '));
    });
  }

  function points(x, y) {
    return x.map((value, index) => ({x: value, y: y[index]}));
  }

  function precisionRecall() {
    const at = Number(chosen.value);
    return {datasets: data.models.map((name, index) => {
      const curve = data.precision_recall[index][at];
      return line(name, points(curve.map((_, place) =>
        100 * place / (curve.length - 1)), curve), index, 10);
    })};
  }

  let curves = null;
  function all() {
    clear();
    const linear = (title, more = {}) => axis(title, {type: 'linear', ...more});
    draw('map', 'line', {datasets: data.models.map((name, index) => line(
      name, points(data.thresholds, data.mean_ap_at[index]), index))},
    {x: linear('tIoU', {offset: true, afterBuildTicks: (scale) => {
      scale.ticks = data.thresholds.map((value) => ({value}));
    }}), y: axis('mAP, %', {min: 0})});
    curves = draw('pr', 'line', precisionRecall(),
      {x: linear('recall, %', {min: 0, max: 100}),
        y: axis('precision, %', percent)});
    draw('ar', 'line', {datasets: data.models.map((name, index) => line(
      name, points(data.recall[index].numbers, data.recall[index].recall),
      index, 20))}, {x: linear('detections in a video, on average',
      {min: 0}), y: axis('recall, %', percent)});
    data.models.forEach((_, index) => draw(`kinds-${index}`, 'bar', {
      labels: data.depths, datasets: data.kinds.map((kind, place) => bars(
        kind, data.profiles[index].map((row) => row[place]), place,
        data.kind_colours[place]))},
    {x: axis('best detections', {stacked: true}),
      y: axis('% of detections', {stacked: true, min: 0, max: 100})}));
    draw('gains', 'bar', {labels: data.kinds.slice(1),
      datasets: data.models.map((name, index) => bars(name,
        data.gains[index], index))},
    {x: axis('points of mAP', {min: 0}), y: axis('')},
    {indexAxis: 'y', interaction: {mode: 'index', intersect: false,
      axis: 'y'}});
    for (const side of ['start', 'end']) {
      draw(`late-${side}`, 'line', {datasets: data.models.map(
        (name, index) => ({...line(name, points(data.boundaries.centres,
          data.boundaries[side][index]), index, 8), stepped: 'middle'}))},
      {x: linear('seconds late'), y: axis('% of hits', {min: 0})});
    }
  }

  chosen.addEventListener('change', () => {
    curves.data = precisionRecall();
    curves.update();
    const at = data.thresholds[Number(chosen.value)];
    curves.canvas.setAttribute('aria-label',
      `Precision and recall, mean over classes at tIoU ${at}.`);
  });

  const body = document.querySelector('#videos tbody');
  document.getElementById('find-video').addEventListener('input', (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    for (const row of body.rows) {
      row.hidden = !row.dataset.name.toLowerCase().includes(wanted);
    }
  });
  document.querySelectorAll('#videos [data-sort]').forEach((button) => {
    button.addEventListener('click', () => {
      const by = button.dataset.sort;
      const rows = [...body.rows].sort((a, b) => by === 'name'
        ? a.dataset.name.localeCompare(b.dataset.name)
        : b.dataset.cost - a.dataset.cost);
      body.replaceChildren(...rows);
      document.querySelectorAll('#videos [aria-sort]').forEach(
        (each) => each.removeAttribute('aria-sort'));
      button.closest('th').setAttribute('aria-sort', by === 'name'
        ? 'ascending' : 'descending');
    });
  });

  swatches();
  all();
  document.addEventListener('theme', all);
}());
