// What a page computes, without a page: segments from columns, filters, lanes,
// errors in order, and links.
(function (root, make) {
  'use strict';
  if (typeof module === 'object' && module.exports) module.exports = make();
  else root.reportLogic = make();
}(this, function () {
  'use strict';
  // A sign for each kind of detection, in the order of the data's kinds.
  const MARKS = ['\u2713', '2\u00d7', '\u2260', '\u2194', '?', '\u2205'];
  const MISSED = '\u2717';
  // Lanes of one row: what finds no place in them shares the last.
  const MOST_LANES = 30;
  // Letters of a name that is cut short, at least.
  const LEAST_LETTERS = 3;

  // Kinds of packed numbers, as packing.py names them.
  const KINDS = {u1: Uint8Array, u2: Uint16Array, i4: Int32Array,
    f4: Float32Array, f8: Float64Array};

  // Numbers from a kind and base64. Their lowest byte comes first, as in all
  // computers that run browsers.
  function unpack([kind, text]) {
    const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
    return new KINDS[kind](bytes.buffer);
  }

  // Segments of a row: objects with seconds, best first as in the data.
  function segmentsOf(columns, row) {
    const [start, length, label] = [columns.start, columns.length,
      columns.label].map(unpack);
    const score = columns.score ? unpack(columns.score) : null;
    let hit = 0;
    return Array.from(start, (first, index) => {
      const kind = columns.kind === undefined ? null : +columns.kind[index];
      return {
        row, index, start: first / 1000, end: (first + length[index]) / 1000,
        label: label[index],
        score: score ? Number(score[index].toPrecision(4)) : null,
        kind, instance: kind === 0 ? columns.hits[hit++] : -1,
      };
    });
  }

  // Those that a view shows: sure enough, of a class that is not hidden, and,
  // if only errors are wanted, wrong.
  function shown(segments, view) {
    return segments.filter((each) => each.score >= view.score &&
      !view.hidden.has(each.label) && !(view.errors && each.kind === 0));
  }

  // A lane for each segment, in which it overlaps none of those before it.
  // Each lane is kept in order, so that its neighbours are found quickly.
  function lanesOf(segments, most = MOST_LANES) {
    const lanes = [];
    let crowded = 0;
    const placed = segments.map((each) => {
      for (let lane = 0; lane < most; lane++) {
        const taken = lanes[lane] || (lanes[lane] = []);
        const place = after(taken, each.start);
        const next = taken[place];
        const last = taken[place - 1];
        if ((!last || last.end <= each.start) &&
            (!next || next.start >= each.end)) {
          taken.splice(place, 0, each);
          return lane;
        }
      }
      crowded++;
      return most - 1;
    });
    return {placed, number: Math.max(lanes.length, 1), crowded};
  }

  function after(sorted, start) {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle].start <= start) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // For each instance and model: the shown detection that hits it, or null.
  function hitsOf(truth, models) {
    return truth.map((_, index) => models.map(
      (row) => row.find((each) => each.instance === index) || null));
  }

  // What is wrong, along time: wrong detections, and instances that a model
  // misses.
  function errorsOf(truth, models, view) {
    const hits = hitsOf(truth, models);
    const found = [];
    models.forEach((row) => row.forEach((each) => {
      if (each.kind > 0) found.push(each);
    }));
    truth.forEach((each, index) => {
      if (!view.hidden.has(each.label) && hits[index].includes(null)) {
        found.push(each);
      }
    });
    return found.sort((a, b) => a.start - b.start || a.row - b.row ||
                                a.index - b.index);
  }

  // The error after (1) or before (-1) the one that is picked, or a time.
  function step(errors, picked, time, way) {
    const at = errors.indexOf(picked);
    if (at >= 0) return errors[at + way] || picked;
    return way > 0
      ? errors.find((each) => each.start > time + 1e-3) || null
      : errors.filter((each) => each.start < time - 1e-3).pop() || null;
  }

  // What of a segment's sign and name there is room for: both, the name cut
  // short, the sign alone, or nothing. Never a part of a sign, or a letter or
  // two that tell no name.
  function fitting(sign, name, room, measure) {
    const head = sign ? `${sign} ` : '';
    const wide = measure(head + name);
    if (wide <= room) return head + name;
    const letters = [...name];
    const about = Math.floor((head.length + letters.length) * room / wide);
    for (let number = Math.min(about - head.length, letters.length - 1);
      number >= LEAST_LETTERS; number--) {
      const text = `${head}${letters.slice(0, number).join('').trim()}\u2026`;
      if (measure(text) <= room) return text;
    }
    return sign && measure(sign) <= room ? sign : '';
  }

  // A slider from 0 to 1000 over scores, most of which are small.
  function scoreAt(position, highest) {
    return highest * Math.pow(position / 1000, 3);
  }
  function positionOf(score, highest) {
    return highest > 0
      ? Math.round(1000 * Math.cbrt(Math.max(score, 0) / highest)) : 0;
  }

  // A view as the end of a link, and back. Anything unreadable is left out.
  function writeLink(view) {
    const parts = [`t=${round(view.time, 2)}`,
      `view=${round(view.from, 2)}-${round(view.to, 2)}`,
      `score=${view.score}`];
    if (view.hidden.size) {
      parts.push(`hide=${[...view.hidden].sort((a, b) => a - b).join('.')}`);
    }
    if (view.errors) parts.push('errors=1');
    if (view.picked) {
      parts.push(`pick=${view.picked.start}-${view.picked.end}`);
    }
    return '#' + parts.join('&');
  }
  function readLink(text, duration) {
    const view = {};
    const parts = new URLSearchParams(text.replace(/^#/, ''));
    const one = '(-?[\\d.]+(?:e[-+]?\\d+)?)';
    const form = new RegExp(`^${one}(?:-${one})?$`);
    const numbers = (name) => ((parts.get(name) || '').match(form) || [])
      .slice(1).map(Number);
    const time = numbers('t')[0];
    if (Number.isFinite(time)) view.time = clamp(time, 0, duration);
    const [from, to] = numbers('view');
    if (from >= 0 && to > from) {
      view.from = Math.min(from, duration - 0.1);
      view.to = Math.min(to, duration);
    }
    if (parts.has('score') && Number.isFinite(numbers('score')[0])) {
      view.score = numbers('score')[0];
    }
    view.hidden = new Set((parts.get('hide') || '').split('.')
      .filter((each) => /^\d+$/.test(each)).map(Number));
    view.errors = parts.get('errors') === '1';
    const [start, end] = numbers('pick');
    if (end >= start) view.pick = {start, end};
    return view;
  }

  // Zoom about a time, or move: the new ends of what is seen.
  function zoom(view, factor, about, duration) {
    const length = clamp((view.to - view.from) * factor, 0.5, duration);
    const share = (about - view.from) / (view.to - view.from);
    return move({from: about - share * length,
      to: about + (1 - share) * length}, 0, duration);
  }
  function move(view, seconds, duration) {
    const length = Math.min(view.to - view.from, duration);
    const from = clamp(view.from + seconds, 0, duration - length);
    return {from, to: from + length};
  }

  // Times of ticks: about one in 90 pixels, at round seconds.
  function ticks(from, to, width) {
    const least = (to - from) / Math.max(width / 90, 1);
    const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800,
      3600, 7200, 18000].find((each) => each >= least) || 36000;
    const found = [];
    for (let k = Math.ceil(from / step); k * step <= to; k++) {
      found.push(round(k * step, 3));
    }
    return found;
  }
  function clock(seconds, digits = 1) {
    if (seconds < 0) return `-${clock(-seconds, digits)}`;
    const whole = Math.round(seconds * 10 ** digits);
    const unit = 60 * 10 ** digits;
    const minutes = Math.floor(whole / unit);
    const rest = ((whole % unit) / 10 ** digits).toFixed(digits)
      .padStart(digits ? digits + 3 : 2, '0');
    return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(
      minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
  }
  function clamp(value, low, high) {
    return Math.min(Math.max(value, low), high);
  }
  function round(value, digits) {
    return Number(value.toFixed(digits));
  }

  return {MARKS, MISSED, MOST_LANES, unpack, segmentsOf, shown, lanesOf, hitsOf,
    errorsOf, step, fitting, scoreAt, positionOf, writeLink, readLink, zoom, move,
    ticks, clock, clamp};
}));
