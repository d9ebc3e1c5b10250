// The clock of a page: that of its video, or one of its own where there is no
// video or the browser cannot play it.
(function () {
  'use strict';
  const {clock, clamp} = window.reportLogic;

  window.ReportPlayer = class {
    constructor(screen, film, duration, tell) {
      this.duration = duration;
      this.onMove = () => {};
      this.video = null;
      this.at = 0;
      this.since = null;
      this.until = null;
      this.screen = screen;
      this.show();
      if (film) this.open(film, tell);
    }

    open(film, tell) {
      const video = document.createElement('video');
      video.src = film;
      video.preload = 'auto';
      video.controls = true;
      video.playsInline = true;
      video.tabIndex = -1;
      video.addEventListener('error', () => {
        const time = this.time;
        this.video = null;
        this.at = time;
        tell('This browser cannot play the video; the timeline works ' +
             'without it.');
        this.show();
      });
      video.addEventListener('loadedmetadata', () => {
        if (this.wanted !== undefined) video.currentTime = this.wanted;
      });
      for (const name of ['seeked', 'pause', 'play']) {
        video.addEventListener(name, () => this.onMove());
      }
      video.addEventListener('seeking', () => { // by the video's own controls
        if (this.wanted === undefined) this.until = null;
      });
      video.addEventListener('seeked', () => { this.wanted = undefined; });
      video.addEventListener('play', () => this.follow());
      this.video = video;
      this.screen.replaceChildren(video);
      this.screen.parentElement.classList.remove('filmless');
    }

    // What is in the place of a video.
    show() {
      const text = document.createElement('p');
      const time = document.createElement('span');
      time.className = 'clock';
      text.append(time, document.createElement('br'), 'no video to show');
      this.screen.replaceChildren(text);
      this.screen.parentElement.classList.add('filmless');
      this.face = time;
      this.face.textContent = clock(this.at);
    }

    get time() {
      if (this.wanted !== undefined) return this.wanted;
      if (this.video) return this.video.currentTime;
      if (this.since === null) return this.at;
      return Math.min(this.at + (performance.now() - this.since) / 1000,
        this.duration);
    }

    get playing() {
      return this.video ? !this.video.paused : this.since !== null;
    }

    seek(time) {
      time = clamp(time, 0, this.duration);
      this.until = null;
      if (this.video) {
        this.wanted = time;
        if (this.video.readyState > 0) this.video.currentTime = time;
      } else {
        this.at = time;
        if (this.since !== null) this.since = performance.now();
        this.face.textContent = clock(time);
      }
      this.onMove();
    }

    // Play, up to a time if one is given.
    play(until = null) {
      this.until = until;
      if (this.video) {
        this.video.play().catch(() => this.onMove());
      } else if (this.since === null) {
        if (this.at >= this.duration) this.at = 0;
        this.since = performance.now();
        this.follow();
      }
      this.onMove();
    }

    pause() {
      this.until = null;
      if (this.video) {
        this.video.pause();
      } else {
        this.at = this.time;
        this.since = null;
      }
      this.onMove();
    }

    follow() {
      const tick = () => {
        if (!this.playing) return;
        if (this.until !== null && this.time >= this.until) this.pause();
        else if (!this.video && this.time >= this.duration) this.pause();
        if (!this.video) this.face.textContent = clock(this.time);
        this.onMove();
        window.requestAnimationFrame(tick);
      };
      window.requestAnimationFrame(tick);
    }
  };
}());
