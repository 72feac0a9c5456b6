/* Draws <canvas data-chart="key"> from the json_script of that id; {% chart %} writes both. The table beneath says the same in words. */
(function () {
  "use strict";
  if (!window.Chart) return;

  var style = window.getComputedStyle(document.documentElement);
  function token(name) { return style.getPropertyValue("--" + name).trim(); }
  var tones = { gold: token("gold-line") };
  ["red", "amber", "blue", "green", "ink", "pale"].forEach(function (name) { tones[name] = token("chart-" + name); });
  var order = ["red", "blue", "ink", "green", "amber", "pale"];

  window.Chart.defaults.font.family = token("font");
  window.Chart.defaults.font.size = 13;
  window.Chart.defaults.color = token("ink-2");
  window.Chart.defaults.animation = false;
  document.documentElement.classList.add("has-charts");

  /* The levels of a radar, in words or numbers, beside its upright axis where no point covers them: [value, text]. */
  function level_words(levels) {
    return {
      id: "level_words",
      afterDraw: function (chart) {
        var scale = chart.scales.r, pen = chart.ctx;
        pen.save();
        pen.font = "12px " + token("font");
        pen.fillStyle = token("ink-2");
        pen.textAlign = "right";
        pen.textBaseline = "bottom";
        pen.strokeStyle = token("paper");
        pen.lineWidth = 4;
        levels.forEach(function (level) {
          var x = scale.xCenter - 9, y = scale.yCenter - scale.getDistanceFromCenterForValue(level[0]) + 1;
          pen.strokeText(level[1], x, y);
          pen.fillText(level[1], x, y);
        });
        pen.restore();
      }
    };
  }

  document.querySelectorAll("canvas[data-chart]").forEach(function (canvas) {
    var data = JSON.parse(document.getElementById(canvas.getAttribute("data-chart")).textContent);
    var round = data.type === "doughnut";
    var radar = data.type === "radar";
    var lined = radar || data.type === "line";
    var levels = data.words
      ? data.words.map(function (word, place) { return [place + 1, word]; })
      : [1, 2, 3, 4].map(function (quarter) { return [data.most * quarter / 4, String(data.most * quarter / 4)]; });
    function said(value) { return data.words ? data.words[value - 1] || "" : value; }
    var datasets = data.series.map(function (one, place) {
      var colour = tones[one.tone] || tones[order[place % order.length]];
      return {
        label: one.label,
        data: one.values,
        backgroundColor: round ? data.labels.map(function (label, at) { return tones[(data.tones || order)[at % (data.tones || order).length]]; }) : colour,
        borderColor: lined ? colour : token("surface"),
        borderWidth: lined || round ? 2 : 0,
        borderDash: radar && place ? [6, 4] : [], /* told apart without colour */
        pointStyle: radar && place ? "rectRot" : "circle",
        fill: false,
        maxBarThickness: 36,
        pointRadius: radar ? 5 + 3 * place : 3, /* the later one lies beneath and looks out */
        tension: 0
      };
    });
    var scales = {};
    if (radar) {
      var step = data.words ? 1 : data.most / 4;
      scales = { r: { min: 0, max: data.words ? data.words.length : data.most, ticks: { display: false, stepSize: step }, grid: { color: token("line") }, angleLines: { color: token("line") }, pointLabels: { padding: 14, font: { size: 13 }, color: token("ink") } } };
    } else if (!round) {
      var amount = { stacked: Boolean(data.stacked), beginAtZero: true, max: data.most, ticks: { precision: 0 }, grid: { color: token("line") }, border: { display: false } };
      var names = { stacked: Boolean(data.stacked), grid: { display: false } };
      scales = data.sideways ? { x: amount, y: names } : { x: names, y: amount };
    }
    new window.Chart(canvas, {
      type: data.type,
      data: { labels: data.labels, datasets: datasets },
      plugins: radar ? [level_words(levels)] : [],
      options: {
        responsive: true,
        maintainAspectRatio: false,
        indexAxis: data.sideways ? "y" : "x",
        scales: scales,
        plugins: {
          legend: { display: round || data.series.length > 1, position: "bottom", labels: { boxWidth: 12, boxHeight: radar ? 8 : 12, usePointStyle: radar } },
          tooltip: { callbacks: { label: function (item) { return item.dataset.label + "：" + (radar ? said(item.raw) : item.formattedValue) + (data.unit || ""); } } }
        }
      }
    });
  });
})();
