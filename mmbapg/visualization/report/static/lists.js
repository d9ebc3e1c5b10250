// Errors and instances of a video as text: the timeline for those who read.
(function () {
  'use strict';
  const {MARKS, MISSED, clock} = window.reportLogic;
  const MOST = 300;
  const MOST_COLOURS = 24;

  function button(report, segment, text, note) {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = 'row';
    for (const [kind, content] of [['soft', clock(segment.start)],
      ['', text], ['soft', note]]) {
      const part = document.createElement('span');
      part.className = kind;
      part.textContent = content;
      made.append(part);
    }
    made.classList.toggle('picked', segment === report.view.picked);
    made.addEventListener('click', () => report.pick(segment, true));
    return made;
  }

  function fill(place, made, nothing) {
    const lines = made.slice(0, MOST);
    if (made.length !== lines.length || !made.length) {
      const text = document.createElement('p');
      text.textContent = made.length
        ? `${made.length - MOST} more; a higher score shows fewer` : nothing;
      lines.push(text);
    }
    place.replaceChildren(...lines);
  }

  function missers(report, index) {
    const {models} = report.data;
    const hits = report.hits()[index];
    return models.filter((_, place) => !hits[place]).map(
      (model) => model.name);
  }

  function nameOf(report, segment) {
    return report.data.classes[segment.label];
  }

  function errors(report, place) {
    const {models, kinds, judged} = report.data;
    const several = models.length > 1;
    fill(place, report.errors().map((each) => {
      if (each.row < 0) {
        const who = missers(report, each.index);
        return button(report, each, `${MISSED} missed: ${nameOf(
          report, each)}`, several ? who.join(', ') : '');
      }
      return button(report, each, `${MARKS[each.kind]} ${
        kinds[each.kind]}: ${nameOf(report, each)}`,
      (several ? `${models[each.row].name} ` : '') + each.score);
    }), judged ? 'No errors among what is shown.'
      : 'This video is not annotated: nothing tells what is wrong.');
  }

  function instances(report, place) {
    const {truth, models} = report.data;
    fill(place, report.truth.map((each) => {
      const hits = report.hits()[each.index];
      const found = models.map((model, row) => (models.length > 1
        ? `${model.name} ` : '') + (hits[row]
        ? `${MARKS[0]} ${hits[row].score}` : `${MISSED} missed`));
      return button(report, each, nameOf(report, each), `${found.join(', ')
      }; costs ${truth.cost[each.index].toFixed(2)}`);
    }), 'No instances.');
  }

  // A colour and a name for each class of the video.
  function colours(report, place, labels) {
    const {classes, colours: all} = report.data;
    place.append(...labels.slice(0, MOST_COLOURS).map((label) => {
      const made = document.createElement('span');
      const colour = document.createElement('i');
      colour.style.background = all[label % all.length];
      made.append(colour, classes[label]);
      return made;
    }));
    if (labels.length > MOST_COLOURS) {
      place.append(`and ${labels.length - MOST_COLOURS} more classes`);
    }
  }

  window.reportLists = {errors, instances, colours};
}());
