// What pages compute without a page; run by test_report_logic.py with Node.
'use strict';
const assert = require('assert');
const logic = require(process.argv[2]);

// Numbers as pages are given them.
const base64 = (array) => Buffer.from(array.buffer).toString('base64');
const u1 = (...values) => ['u1', base64(Uint8Array.of(...values))];
const u2 = (...values) => ['u2', base64(Uint16Array.of(...values))];
const f4 = (...values) => ['f4', base64(Float32Array.of(...values))];
for (const [kind, array] of [['u1', Uint8Array.of(0, 255)],
  ['u2', Uint16Array.of(1, 65535)], ['i4', Int32Array.of(-5, 2147483647)],
  ['f4', Float32Array.of(0.5)], ['f8', Float64Array.of(1e300, -3)],
  ['u1', new Uint8Array(0)]]) {
  assert.deepStrictEqual(logic.unpack([kind, base64(array)]), array);
}

const segments = logic.segmentsOf({start: u2(1000, 3000, 1500, 8000),
  length: u2(2000, 1000, 2500, 500), label: u1(0, 1, 0, 2),
  score: f4(0.9, 0.5, 0.3, 0.1), kind: '0405', hits: [1, 0]}, 2);
assert.deepStrictEqual(segments[2], {row: 2, index: 2, start: 1.5, end: 4,
  label: 0, score: 0.3, kind: 0, instance: 0});
assert.strictEqual(segments[1].instance, -1);

const view = {score: 0.3, hidden: new Set([1]), errors: false};
assert.deepStrictEqual(logic.shown(segments, view).map((each) => each.index),
  [0, 2]);
assert.deepStrictEqual(logic.shown(segments, {score: 0, hidden: new Set(),
  errors: true}).map((each) => each.index), [1, 3]);

// Lanes: nothing overlaps in one, and what comes first lies highest.
const random = (seed) => () => {
  seed = (seed * 16807) % 2147483647;
  return seed / 2147483647;
};
const draw = random(5);
const many = Array.from({length: 400}, () => {
  const start = 100 * draw();
  return {start, end: start + 0.1 + 10 * draw()};
});
const lanes = logic.lanesOf(many, 1000);
assert.strictEqual(lanes.crowded, 0);
assert.strictEqual(lanes.placed[0], 0);
assert.strictEqual(Math.max(...lanes.placed) + 1, lanes.number);
many.forEach((a, i) => {
  const free = new Set(Array.from({length: lanes.number}, (_, k) => k));
  many.slice(0, i).forEach((b, j) => {
    if (a.start < b.end && b.start < a.end) {
      assert.notStrictEqual(lanes.placed[i], lanes.placed[j]);
      free.delete(lanes.placed[j]);
    }
  });
  assert.strictEqual(lanes.placed[i], Math.min(...free, lanes.number));
});
const few = logic.lanesOf(many, 3);
assert.ok(few.crowded > 0 && few.number === 3);
assert.ok(few.placed.every((lane) => lane < 3));

// Errors along time: what is wrong, and what a model misses.
const truth = logic.segmentsOf({start: u2(1400, 1000, 9000),
  length: u2(1000, 1000, 500), label: u1(0, 0, 1)}, -1);
const all = {score: 0, hidden: new Set(), errors: false};
const errors = logic.errorsOf(truth, [segments], all);
assert.deepStrictEqual(errors.map((each) => [each.row, each.index]),
  [[2, 1], [2, 3], [-1, 2]]);
assert.strictEqual(logic.errorsOf(truth, [segments],
  {...all, hidden: new Set([1])}).length, 2);
assert.strictEqual(logic.errorsOf(truth, [segments, []], all).length, 5);
assert.strictEqual(logic.step(errors, null, 3, 1), errors[1]);
assert.strictEqual(logic.step(errors, null, 3, -1), null);
assert.strictEqual(logic.step(errors, errors[1], 0, 1), errors[2]);
assert.strictEqual(logic.step(errors, errors[2], 0, 1), errors[2]);

// What there is room for: never a part of a sign, or letters that tell no
// name. Each letter is as wide as any other here.
const wide = (text) => [...text].length;
for (const [sign, name, room, text] of [
  ['\u2713', 'walk', 6, '\u2713 walk'], ['\u2713', 'walking', 6, '\u2713 wal\u2026'],
  ['2\u00d7', 'walking', 6, '2\u00d7'], ['2\u00d7', 'walking', 1, ''],
  ['', 'walking', 5, 'walk\u2026'], ['', 'walking', 3, ''],
  ['', 'two words', 5, 'two\u2026'], ['', '\u{1f600}'.repeat(9), 4,
    '\u{1f600}'.repeat(3) + '\u2026'], ['\u2713', 'hop', 4, '\u2713']]) {
  assert.strictEqual(logic.fitting(sign, name, room, wide), text);
}

// Links hold a view, and nonsense is left out.
const kept = {time: 4.25, from: 2, to: 9.5, score: 0.012, hidden: new Set([3,
  1]), errors: true, picked: segments[0]};
const link = logic.writeLink(kept);
assert.strictEqual(link,
  '#t=4.25&view=2-9.5&score=0.012&hide=1.3&errors=1&pick=1-3');
const read = logic.readLink(link, 20);
assert.deepStrictEqual(read, {time: 4.25, from: 2, to: 9.5, score: 0.012,
  hidden: new Set([1, 3]), errors: true, pick: {start: 1, end: 3}});
for (const text of ['', '#', '#t=x&view=9-2&score=&pick=1', '#view=--']) {
  const found = logic.readLink(text, 20);
  assert.deepStrictEqual(Object.keys(found).sort(), ['errors', 'hidden'],
    text);
}
assert.strictEqual(logic.readLink('#t=99', 20).time, 20);
// numbers that hold a minus themselves
assert.strictEqual(logic.readLink('#score=1e-7', 20).score, 1e-7);
assert.strictEqual(logic.readLink('#score=-3', 20).score, -3);
assert.deepStrictEqual(logic.readLink('#pick=-0.5-2', 20).pick,
  {start: -0.5, end: 2});

// Zooming keeps what it zooms about in its place, and stays in the video.
const near = logic.zoom({from: 0, to: 20}, 0.5, 10, 20);
assert.deepStrictEqual(near, {from: 5, to: 15});
assert.deepStrictEqual(logic.zoom(near, 8, 6, 20), {from: 0, to: 20});
assert.deepStrictEqual(logic.move(near, 100, 20), {from: 10, to: 20});
assert.strictEqual(logic.zoom(near, 1e-9, 10, 20).to - logic.zoom(near,
  1e-9, 10, 20).from, 0.5);

assert.deepStrictEqual(logic.ticks(0, 60, 450), [0, 15, 30, 45, 60]);
assert.strictEqual(logic.clock(62.48), '1:02.5');
assert.strictEqual(logic.clock(3599.96), '1:00:00.0');
assert.strictEqual(logic.clock(59.6, 0), '1:00');
assert.strictEqual(logic.clock(-0.5), '-0:00.5');
for (const score of [0, 0.001, 0.2, 0.9]) {
  assert.ok(Math.abs(logic.scoreAt(logic.positionOf(score, 0.9), 0.9) -
    score) < 0.002);
}
