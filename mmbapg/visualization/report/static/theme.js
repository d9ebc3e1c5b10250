// Light or dark, before anything is painted: as the system has it, or as was
// chosen on this page.
(function () {
  'use strict';
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  function chosen() {
    try {
      return window.localStorage.getItem('report-theme');
    } catch (error) { // some browsers keep nothing for files
      return null;
    }
  }
  function show(theme) {
    document.documentElement.dataset.theme = theme;
    document.dispatchEvent(new Event('theme'));
  }
  show(chosen() || (system.matches ? 'dark' : 'light'));
  system.addEventListener('change', () => {
    if (!chosen()) show(system.matches ? 'dark' : 'light');
  });
  document.addEventListener('DOMContentLoaded', () => {
    document.getElementById('theme').addEventListener('click', () => {
      const theme = document.documentElement.dataset.theme === 'dark'
        ? 'light' : 'dark';
      try {
        window.localStorage.setItem('report-theme', theme);
      } catch (error) { /* it holds for this page only */ }
      show(theme);
    });
  });
}());
