// The timeline: rows on a canvas, a marker that follows the player, and what
// fingers, a mouse and the wheel do to it.
(function () {
  'use strict';
  const {zoom, move, clock, MARKS} = window.reportLogic;
  const {layout, Painter} = window.reportPaint;
  const STILL = 5; // pixels that a click may move

  window.ReportTimeline = class {
    // report: data, view, rows(), hits(), pick(segment), seek(t), changed()
    constructor(place, report) {
      this.place = place;
      this.report = report;
      this.canvas = document.createElement('canvas');
      this.canvas.tabIndex = 0;
      this.canvas.setAttribute('role', 'img');
      this.canvas.setAttribute('aria-label', 'Timeline of instances and ' +
        'detections; the lists of errors and instances hold the same as text');
      this.marker = document.createElement('div');
      this.marker.className = 'marker';
      this.tip = document.createElement('div');
      this.tip.className = 'tip';
      this.tip.hidden = true;
      place.append(this.canvas, this.marker, this.tip);
      this.painter = new Painter(report.data, () => report.hits());
      this.fingers = new Map();
      this.listen();
    }

    listen() {
      const {canvas} = this;
      canvas.addEventListener('pointerdown', (event) => this.down(event));
      canvas.addEventListener('pointermove', (event) => this.moved(event));
      canvas.addEventListener('pointerup', (event) => this.up(event));
      canvas.addEventListener('pointercancel', (event) => {
        this.fingers.delete(event.pointerId);
      });
      canvas.addEventListener('pointerleave', () => { this.tip.hidden = true; });
      canvas.addEventListener('wheel', (event) => this.wheel(event),
        {passive: false});
      new ResizeObserver(() => this.draw()).observe(this.place);
      document.addEventListener('theme', () => this.draw());
    }

    // Draw at the next frame, once however often it is asked for.
    draw() {
      if (this.asked) return;
      this.asked = window.requestAnimationFrame(() => {
        this.asked = null;
        this.paint();
      });
    }

    paint() {
      const {report, canvas} = this;
      this.width = this.place.clientWidth;
      this.rows = report.rows();
      const height = layout(this.rows, this.width);
      const ratio = window.devicePixelRatio || 1;
      if (canvas.width !== Math.round(this.width * ratio) ||
          canvas.height !== Math.round(height * ratio)) {
        canvas.width = Math.round(this.width * ratio);
        canvas.height = Math.round(height * ratio);
        canvas.style.height = `${height}px`;
      }
      const context = canvas.getContext('2d');
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      this.painter.paint(context, this.rows, report.view, this.width, height);
      this.mark(report.time());
    }

    mark(time) {
      const {from, to} = this.report.view;
      const x = (time - from) / (to - from) * this.place.clientWidth;
      this.marker.style.transform = `translateX(${x - 1}px)`;
      this.marker.hidden = time < from || time > to;
      this.marker.dataset.time = time.toFixed(3);
    }

    // Keep a time in view, by turning pages while it moves on.
    reveal(time) {
      const {view, data} = this.report;
      if (time >= view.from && time <= view.to) return;
      const length = view.to - view.from;
      Object.assign(view, move({from: time - 0.1 * length,
        to: time + 0.9 * length}, 0, data.duration));
      this.draw();
    }

    timeAt(x) {
      const {from, to} = this.report.view;
      return from + x / this.place.clientWidth * (to - from);
    }

    // The smallest segment at a place, or null.
    at(x, y) {
      const time = this.timeAt(x);
      const slack = 3 * (this.timeAt(1) - this.timeAt(0));
      const row = (this.rows || []).find((each) => each.shown &&
        y >= each.y && y < each.y + each.height);
      if (!row) return null;
      const lane = Math.floor((y - row.y) / row.lane);
      let best = null;
      row.shown.forEach((each, index) => {
        if (row.lanes.placed[index] !== lane || time < each.start - slack ||
            time > each.end + slack) return;
        if (!best || each.end - each.start < best.end - best.start) {
          best = each;
        }
      });
      return best && {segment: best, row};
    }

    down(event) {
      this.canvas.setPointerCapture(event.pointerId);
      this.fingers.set(event.pointerId, event.offsetX);
      this.begun = {x: event.offsetX, y: event.offsetY, moved: false};
    }

    moved(event) {
      const last = this.fingers.get(event.pointerId);
      const {view, data} = this.report;
      if (last === undefined) {
        this.hover(event);
        return;
      }
      const before = [...this.fingers.values()];
      if (Math.abs(event.offsetX - this.begun.x) > STILL) {
        this.begun.moved = true;
      }
      this.fingers.set(event.pointerId, event.offsetX);
      if (!this.begun.moved) return;
      if (before.length === 2) {
        const spread = ([a, b]) => Math.max(Math.abs(a - b), 10);
        const now = [...this.fingers.values()];
        Object.assign(view, zoom(view, spread(before) / spread(now),
          this.timeAt((now[0] + now[1]) / 2), data.duration));
      } else {
        Object.assign(view, move(view, this.timeAt(last) -
          this.timeAt(event.offsetX), data.duration));
      }
      this.report.changed();
    }

    up(event) {
      const alone = this.fingers.size === 1 && this.fingers.delete(
        event.pointerId);
      this.fingers.delete(event.pointerId);
      if (!alone || this.begun.moved) return;
      const found = this.at(event.offsetX, event.offsetY);
      if (found) this.report.pick(found.segment, true);
      else this.report.seek(this.timeAt(event.offsetX));
    }

    wheel(event) {
      const {view, data} = this.report;
      if (event.ctrlKey || event.metaKey) {
        Object.assign(view, zoom(view, Math.exp(event.deltaY / 300),
          this.timeAt(event.offsetX), data.duration));
      } else if (event.shiftKey || Math.abs(event.deltaX) >
                 Math.abs(event.deltaY)) {
        const way = event.deltaX || event.deltaY;
        Object.assign(view, move(view, this.timeAt(way) - this.timeAt(0),
          data.duration));
      } else return; // the page scrolls
      event.preventDefault();
      this.report.changed();
    }

    hover(event) {
      const found = this.at(event.offsetX, event.offsetY);
      this.tip.hidden = !found;
      if (!found) return;
      const {segment, row} = found;
      const {classes, kinds} = this.report.data;
      const lines = [row.type === 'proposals' ? 'proposal'
        : classes[segment.label],
      `${clock(segment.start, 2)} – ${clock(segment.end, 2)}`];
      if (segment.score !== null) lines.push(`score ${segment.score}`);
      if (segment.kind !== null && row.type === 'model') {
        lines.push(`${MARKS[segment.kind]} ${kinds[segment.kind]}`);
      }
      this.tip.textContent = lines.join('\n');
      const room = this.place.clientWidth - this.tip.offsetWidth - 8;
      this.tip.style.left = `${Math.max(Math.min(event.offsetX + 12, room),
        0)}px`;
      this.tip.style.top = `${event.offsetY + 16}px`;
    }
  };
}());
