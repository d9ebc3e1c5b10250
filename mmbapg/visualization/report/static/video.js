// The page of a video: puts player, timeline, lists and filters together.
(function () {
  'use strict';
  const logic = window.reportLogic;
  const data = window.reportData;
  const get = (id) => document.getElementById(id);

  const truth = logic.segmentsOf(data.truth, -1);
  const models = data.models.map(logic.segmentsOf);
  const proposals = data.proposals.map(
    (columns, index) => logic.segmentsOf(columns, 1000 + index));
  const highest = Math.max(0, ...models.map(
    (row) => row.length ? row[0].score : 0));
  const usual = data.judged ? Math.min(highest, ...data.models.map(
    (model) => model.least)) : 0;
  const strength = data.strength && {...data.strength,
    values: logic.unpack(data.strength.values)};
  const image = new Image();
  const view = {from: 0, to: data.duration, time: 0, score: usual,
    hidden: new Set(), errors: false, picked: null};
  let kept = null; // what is computed from the filters

  function tell(text) {
    get('message').textContent = text;
    get('message').hidden = false;
  }

  const player = new window.ReportPlayer(get('screen'), data.film,
    data.duration, tell);

  function filtered() {
    if (kept) return kept;
    const rows = models.map((row) => logic.shown(row, view));
    const all = models.map((row) => logic.shown(row,
      {...view, errors: false}));
    kept = {rows, hits: logic.hitsOf(truth, all),
      errors: data.judged ? logic.errorsOf(truth, rows.map((row, index) =>
        view.errors ? row.concat(all[index].filter((each) =>
          each.kind === 0)) : row), view) : []};
    kept.timeline = timelineRows(rows);
    return kept;
  }

  function timelineRows(rows) {
    const found = [];
    const seen = truth.filter((each) => !view.hidden.has(each.label));
    if (data.judged) {
      found.push({type: 'truth', title: 'annotated', shown: seen,
        note: `${seen.length}`, lanes: logic.lanesOf(seen)});
    }
    rows.forEach((row, index) => {
      const lanes = logic.lanesOf(row);
      found.push({type: 'model', title: data.models[index].name, shown: row,
        lanes, note: `${row.length} of ${models[index].length} shown` +
          (lanes.crowded ? `, ${lanes.crowded} of them crowd the last lane`
            : '')});
    });
    proposals.forEach((row, index) => {
      const lanes = logic.lanesOf(row, 12);
      found.push({type: 'proposals', title: data.proposals[index].name,
        shown: row, lanes, note: `${row.length} proposals` + (lanes.crowded
          ? `, ${lanes.crowded} of them crowd the last lane` : '')});
    });
    if (strength) {
      found.push({type: 'strength', title: 'boundary strength',
        note: `contrast of ${Number(strength.window.toFixed(2))
        } s before and after`,
        content: strength});
    }
    if (data.map) {
      found.push({type: 'map', title: 'similarity', image,
        note: 'of all pairs of frames; boxes are annotated',
        seconds: data.map.seconds});
    }
    return found;
  }

  const report = {
    data, view, truth,
    rows: () => filtered().timeline,
    hits: () => filtered().hits,
    errors: () => filtered().errors,
    time: () => player.time,
    seek(time) {
      view.picked = null;
      player.seek(time);
      changed();
    },
    // Show a segment, and play it if that is wanted.
    pick(segment, play) {
      view.picked = segment;
      player.seek(segment.start);
      timeline.reveal(segment.start);
      if (play) player.play(segment.end);
      changed();
    },
    changed,
  };
  const timeline = new window.ReportTimeline(get('timeline'), report);
  let later = null;

  function lists() {
    window.reportLists.errors(report, get('errors'));
    window.reportLists.instances(report, get('truth'));
  }

  function changed() {
    timeline.draw();
    document.querySelectorAll('button.row.picked').forEach(
      (each) => each.classList.remove('picked'));
    clearTimeout(later);
    later = setTimeout(keep, 200);
  }

  function keep() {
    lists();
    view.time = player.time;
    window.history.replaceState(null, '', logic.writeLink(view));
  }

  function filters() {
    kept = null;
    get('score').value = logic.positionOf(view.score, highest);
    get('score-value').textContent = Number(view.score.toPrecision(3));
    get('only-errors').checked = view.errors;
    document.querySelectorAll('#classes input').forEach((each) => {
      each.checked = !view.hidden.has(Number(each.value));
    });
    get('class-count').textContent =
      `${there.length - there.filter((each) => view.hidden.has(
        each)).length} of ${there.length}`;
    changed();
  }

  // Classes of this video, by name.
  const there = [...new Set([truth, ...models].flat().map(
    (each) => each.label))].sort((a, b) => data.classes[a].localeCompare(
    data.classes[b]));
  for (const label of there) {
    const line = document.createElement('label');
    const box = document.createElement('input');
    box.type = 'checkbox';
    box.value = label;
    box.addEventListener('change', () => {
      if (box.checked) view.hidden.delete(label);
      else view.hidden.add(label);
      filters();
    });
    const colour = document.createElement('i');
    colour.style.background = data.colours[label % data.colours.length];
    line.append(box, colour, data.classes[label]);
    get('classes').append(line);
  }
  get('every-class').addEventListener('click', () => {
    view.hidden.clear();
    filters();
  });
  get('no-class').addEventListener('click', () => {
    there.forEach((label) => view.hidden.add(label));
    filters();
  });
  get('score').addEventListener('input', () => {
    view.score = Number(logic.scoreAt(Number(get('score').value),
      highest).toPrecision(4));
    filters();
  });
  get('only-errors').addEventListener('change', () => {
    view.errors = get('only-errors').checked;
    filters();
  });

  function zoomBy(factor) {
    const middle = player.time >= view.from && player.time <= view.to
      ? player.time : (view.from + view.to) / 2;
    Object.assign(view, logic.zoom(view, factor, middle, data.duration));
    changed();
  }
  function whole() {
    Object.assign(view, {from: 0, to: data.duration});
    changed();
  }
  function error(way) {
    const found = logic.step(filtered().errors, view.picked, player.time, way);
    if (found) report.pick(found, false);
  }
  function toggle() {
    if (player.playing) player.pause();
    else player.play();
  }
  function jump(seconds) {
    player.seek(player.time + seconds);
    timeline.reveal(player.time);
    changed();
  }
  const buttons = {play: toggle, before: () => error(-1),
    next: () => error(1), in: () => zoomBy(0.5), out: () => zoomBy(2),
    all: whole, link: copy};
  for (const [id, act] of Object.entries(buttons)) {
    get(id).addEventListener('click', act);
  }
  const keys = {' ': toggle, n: () => error(1), p: () => error(-1),
    '+': () => zoomBy(0.5), '=': () => zoomBy(0.5), '-': () => zoomBy(2),
    0: whole};
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const busy = event.target.closest('input, select, summary, a');
    if (busy || (event.key === ' ' && event.target.closest('button'))) return;
    const arrow = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (arrow) jump(arrow * (event.shiftKey ? 0.1 : 1));
    else if (keys[event.key]) keys[event.key]();
    else return;
    event.preventDefault();
  });

  async function copy() {
    keep();
    try {
      await navigator.clipboard.writeText(window.location.href);
      get('link').textContent = 'copied';
    } catch (problem) { // no clipboard for files in this browser
      tell(`The address of this page holds the view: ${window.location.href}`);
    }
    setTimeout(() => { get('link').textContent = 'copy link'; }, 1500);
  }

  for (const name of ['errors', 'truth']) {
    get(`tab-${name}`).addEventListener('click', () => {
      for (const other of ['errors', 'truth']) {
        get(`tab-${other}`).setAttribute('aria-selected', other === name);
        get(other).hidden = other !== name;
      }
    });
  }

  player.onMove = () => {
    timeline.mark(player.time);
    if (player.playing) timeline.reveal(player.time);
    get('time').textContent =
      `${logic.clock(player.time, 2)} / ${logic.clock(data.duration)}`;
    get('play').textContent = player.playing ? '\u2016 pause' : '\u25b6 play';
  };

  function follow() {
    const wanted = logic.readLink(window.location.hash, data.duration);
    const {pick, time, ...rest} = wanted;
    Object.assign(view, rest);
    view.picked = pick ? [...truth, ...models.flat()].find((each) =>
      Math.abs(each.start - pick.start) < 0.006 &&
      Math.abs(each.end - pick.end) < 0.006) || null : null;
    if (time !== undefined) {
      player.seek(time);
      timeline.reveal(time);
    }
    filters();
  }
  window.addEventListener('hashchange', follow);
  get('legend').textContent = (data.judged ? `At tIoU ${data.threshold}: ` +
    data.kinds.map((kind, index) => `${logic.MARKS[index]} ${kind}`).join(
      ',  ') + `,  ${logic.MISSED} missed` + (models.length > 1
      ? '; an annotated instance has a sign for each model, in order' : '') +
    '. Errors are hatched. ' : '') + 'Click a segment to play it.';
  window.reportLists.colours(report, get('colours'), there);
  if (data.map) {
    image.addEventListener('load', () => timeline.draw());
    image.src = data.map.file;
  }
  follow();
  player.onMove();
  window.reportPage = report;
}());
