// Draws the rows of the timeline on a canvas.
(function () {
  'use strict';
  const {MARKS, MISSED, fitting, ticks, clock} = window.reportLogic;
  const AXIS = 26;
  const TITLE = 19;
  const LANE = {truth: 22, model: 17, proposals: 7};
  const GAP = 8;
  const STRENGTH = 54;
  const MANY = 400;

  // Rows with their places: y of the title, y of the lanes, height.
  function layout(rows, width) {
    let y = AXIS;
    for (const row of rows) {
      row.top = y;
      row.y = y + TITLE;
      row.lane = LANE[row.type] || 0;
      if (row.type === 'strength') row.height = STRENGTH;
      else if (row.type === 'map') {
        row.height = Math.round(Math.min(Math.max(width / 4, 140), 260));
      } else row.height = row.lanes.number * row.lane;
      y = row.y + row.height + GAP;
    }
    return y;
  }

  function style(name) {
    return getComputedStyle(document.documentElement)
      .getPropertyValue(`--${name}`).trim();
  }

  function colours() {
    return Object.fromEntries(['ink', 'soft', 'line', 'row', 'card', 'mark',
      'link'].map((name) => [name, style(name)]));
  }

  // Black or white, whichever is read more easily on a colour.
  function inkOn(colour) {
    const [red, green, blue] = [1, 3, 5].map(
      (place) => parseInt(colour.slice(place, place + 2), 16));
    return 0.3 * red + 0.59 * green + 0.11 * blue > 140 ? '#111' : '#fff';
  }

  function hatch(context, colour) {
    const tile = document.createElement('canvas');
    tile.width = tile.height = 8;
    const pen = tile.getContext('2d');
    pen.strokeStyle = colour;
    pen.lineWidth = 1.6;
    pen.beginPath();
    for (const shift of [-8, 0, 8]) {
      pen.moveTo(shift, 8);
      pen.lineTo(shift + 8, 0);
    }
    pen.stroke();
    return context.createPattern(tile, 'repeat');
  }

  class Painter {
    constructor(data, hits) {
      this.data = data;
      this.hits = hits;
      this.patterns = {};
      this.widths = Object.create(null);
    }

    paint(context, rows, view, width, height) {
      this.context = context;
      this.width = width;
      this.from = view.from;
      this.scale = width / (view.to - view.from);
      this.view = view;
      this.theme = colours();
      context.clearRect(0, 0, width, height);
      context.font = '12px system-ui, "DejaVu Sans", sans-serif';
      context.textBaseline = 'middle';
      this.axis(height);
      for (const row of rows) {
        this.title(row);
        if (row.type === 'strength') this.strength(row);
        else if (row.type === 'map') this.map(row, rows[0]);
        else this.segments(row);
      }
    }

    // The width of a text; few texts come often.
    measure(text) {
      if (this.widths[text] === undefined) {
        this.widths[text] = this.context.measureText(text).width;
      }
      return this.widths[text];
    }

    x(time) {
      return (time - this.from) * this.scale;
    }

    axis(height) {
      const {context, theme} = this;
      context.fillStyle = theme.soft;
      context.strokeStyle = theme.line;
      context.lineWidth = 1;
      const digits = this.view.to - this.from < 8 ? 1 : 0;
      for (const time of ticks(this.from, this.view.to, this.width)) {
        const x = Math.round(this.x(time)) + 0.5;
        context.beginPath();
        context.moveTo(x, 18);
        context.lineTo(x, height);
        context.stroke();
        const text = clock(time, digits);
        const room = context.measureText(text).width / 2;
        context.fillText(text, Math.min(Math.max(x - room, 2),
          this.width - 2 * room - 2), 10);
      }
    }

    title(row) {
      const {context, theme} = this;
      context.fillStyle = theme.ink;
      context.font = '600 12px system-ui, "DejaVu Sans", sans-serif';
      context.fillText(row.title, 8, row.top + TITLE / 2);
      const end = 14 + context.measureText(row.title).width;
      context.font = '12px system-ui, "DejaVu Sans", sans-serif';
      context.fillStyle = theme.soft;
      context.fillText(row.note || '', end, row.top + TITLE / 2);
    }

    segments(row) {
      row.shown.forEach((each, index) => {
        if (each.end < this.from || each.start > this.view.to) return;
        this.segment(each, row, row.y + row.lanes.placed[index] * row.lane);
      });
    }

    segment(each, row, y) {
      const {context, theme, data} = this;
      const x = this.x(each.start);
      const width = Math.max(this.x(each.end) - x, 2);
      const height = row.lane - 2;
      const plain = row.type === 'proposals';
      const colour = plain ? theme.soft
        : data.colours[each.label % data.colours.length];
      const wrong = each.kind > 0;
      context.globalAlpha = plain ? 0.6 : 1;
      context.fillStyle = wrong ? theme.card : colour;
      context.fillRect(x, y, width, height);
      if (wrong) {
        // hatching is slow to draw; where there are many, outlines tell
        context.fillStyle = row.shown.length > MANY ? colour
          : this.patterns[colour] || (this.patterns[colour] = hatch(
            context, colour));
        context.globalAlpha = row.shown.length > MANY ? 0.15 : 0.45;
        context.fillRect(x, y, width, height);
        context.globalAlpha = 1;
        context.strokeStyle = colour;
        context.lineWidth = 1.5;
        context.strokeRect(x + 0.75, y + 0.75, Math.max(width - 1.5, 0.5),
          height - 1.5);
      }
      context.globalAlpha = 1;
      if (each === this.view.picked) {
        context.strokeStyle = theme.mark;
        context.lineWidth = 2.5;
        context.strokeRect(x - 1, y - 1, width + 2, height + 2);
      }
      if (!plain) this.text(each, row, x, y, width, wrong ? null : colour);
    }

    // The class and a sign: colours alone tell nothing.
    text(each, row, x, y, width, ground) {
      const {context, theme, data} = this;
      const left = Math.max(x, 0) + 4;
      const room = Math.min(x + width, this.width) - left - 3;
      if (room < 6) return;
      let sign = each.kind === null ? '' : MARKS[each.kind];
      if (row.type === 'truth' && data.judged) {
        sign = this.hits()[each.index].map(
          (hit) => hit ? MARKS[0] : MISSED).join('');
      }
      const text = fitting(sign, data.classes[each.label], room,
        (part) => this.measure(part));
      if (!text) return;
      if (!ground) { // a plain place on the hatching
        context.fillStyle = theme.card;
        context.fillRect(left - 2, y + 2, this.measure(text) + 4, row.lane - 6);
      }
      context.fillStyle = ground ? inkOn(ground) : theme.ink;
      context.fillText(text, left, y + row.lane / 2 - 0.5);
    }

    strength(row) {
      const {context, theme} = this;
      const {values, first, step} = row.content;
      const most = Math.max(...values, 1);
      const low = Math.max(Math.floor((this.from - first) / step) - 1, 0);
      const high = Math.min(Math.ceil((this.view.to - first) / step) + 1,
        values.length - 1);
      const bottom = row.y + row.height;
      context.beginPath();
      context.moveTo(this.x(first + low * step), bottom);
      for (let k = low; k <= high; k++) {
        context.lineTo(this.x(first + k * step),
          bottom - (row.height - 2) * values[k] / most);
      }
      context.lineTo(this.x(first + high * step), bottom);
      context.fillStyle = theme.link;
      context.globalAlpha = 0.2;
      context.fill();
      context.globalAlpha = 1;
      context.strokeStyle = theme.link;
      context.lineWidth = 1.2;
      context.stroke();
    }

    // The part of the map in view: time runs to the right and downwards.
    map(row, truth) {
      const {context} = this;
      const image = row.image;
      if (!image.complete || !image.naturalWidth) return;
      const side = image.naturalWidth / row.seconds;
      context.imageSmoothingEnabled = false;
      context.save();
      context.beginPath();
      context.rect(0, row.y, this.width, row.height);
      context.clip();
      const down = row.height / (this.view.to - this.from);
      context.drawImage(image, this.x(0), row.y - this.from * down,
        image.naturalWidth / side * this.scale,
        image.naturalHeight / side * down);
      context.strokeStyle = '#fff';
      context.lineWidth = 1.5;
      for (const each of truth.type === 'truth' ? truth.shown : []) {
        context.strokeRect(this.x(each.start),
          row.y + (each.start - this.from) * down,
          (each.end - each.start) * this.scale,
          (each.end - each.start) * down);
      }
      context.restore();
    }
  }

  window.reportPaint = {layout, Painter};
}());
