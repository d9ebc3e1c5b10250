// How charts look: colours of the page, and lines and bars that differ in
// more than colour.
(function () {
  'use strict';
  const COLOURS = window.reportData.colours;
  const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3], [4, 2], [12, 4]];
  const POINTS = ['circle', 'rectRot', 'triangle', 'rect', 'star', 'cross'];

  function colour(index) {
    return COLOURS[index % COLOURS.length];
  }

  // Stripes in one of four ways, or none.
  function pattern(base, index) {
    const way = index % 5;
    if (!way) return base;
    const tile = document.createElement('canvas');
    tile.width = tile.height = 10;
    const pen = tile.getContext('2d');
    pen.fillStyle = base;
    pen.fillRect(0, 0, 10, 10);
    pen.strokeStyle = 'rgb(255 255 255 / 55%)';
    pen.lineWidth = 2;
    pen.beginPath();
    const lines = {1: [[-5, 10, 10, -5], [0, 15, 15, 0]],
      2: [[-5, 0, 10, 15], [0, -5, 15, 10]],
      3: [[5, 0, 5, 10]], 4: [[0, 5, 10, 5]]}[way];
    for (const [x, y, toX, toY] of lines) {
      pen.moveTo(x, y);
      pen.lineTo(toX, toY);
    }
    pen.stroke();
    return pen.createPattern(tile, 'repeat');
  }

  function line(name, values, index, spread = 1) {
    return {label: name, data: values, borderColor: colour(index),
      backgroundColor: colour(index), borderDash: DASHES[index % 6],
      borderWidth: 2.2, pointStyle: POINTS[index % 6], tension: 0,
      pointRadius: (at) => at.dataIndex % spread ? 0 : 4};
  }

  function bars(name, values, index, base = colour(index)) {
    return {label: name, data: values, backgroundColor: pattern(base, index),
      borderColor: base, borderWidth: 1};
  }

  function axis(title, more = {}) {
    const css = getComputedStyle(document.documentElement);
    const [soft, grid] = ['--soft', '--line'].map(
      (name) => css.getPropertyValue(name).trim());
    return {title: {display: true, text: title, color: soft},
      ticks: {color: soft, maxRotation: 0, autoSkipPadding: 12},
      grid: {color: grid}, border: {color: grid}, ...more};
  }

  const made = [];
  function draw(id, type, data, scales, more = {}) {
    const css = getComputedStyle(document.documentElement);
    made.push(new window.Chart(document.getElementById(id), {
      type, data, options: {
        responsive: true, maintainAspectRatio: false,
        animation: false,
        interaction: {mode: 'index', intersect: false, axis: 'x'},
        plugins: {legend: {position: 'bottom', labels: {
          color: css.getPropertyValue('--ink').trim(), boxWidth: 30,
          boxHeight: type === 'line' ? 0 : 10}}},
        scales, ...more}}));
    return made[made.length - 1];
  }
  function clear() {
    made.splice(0).forEach((chart) => chart.destroy());
  }

  window.reportCharts = {line, bars, axis, draw, clear, colour, DASHES};
}());
