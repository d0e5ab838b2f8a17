/* Draws the figures of a page from their data, fitted to the width they have. */
(function () {
  "use strict";
  var narrow = window.matchMedia("(max-width: 40rem)");
  // px: the least size of text, the width of names beside an axis (in letters), the least
  // width worth drawing in, and the width of a sheet of paper between its margins.
  var SMALLEST = 11, NARROW_LINE = 15, SLIMMEST = 200, PAPER = 660;

  function isWide(character) { return character.charCodeAt(0) > 0x2e7f; }

  function extent(text) {
    return Array.from(text).reduce(function (sum, c) { return sum + (isWide(c) ? 2 : 1); }, 0);
  }

  // Korean is as wide as Chinese, but has spaces between its words.
  function isKorean(character) { return /[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]/.test(character); }

  // What must not begin a line.
  function closes(piece) { return /^[，。、；：！？）》」』】]$/.test(piece); }

  // The words of a text, those of a script without spaces in single characters; mark is what
  // stands before a piece: a space, the end of an earlier line, or nothing.
  function pieces(text, width) {
    return text.replace(/<br\s*\/?>/g, "\n").split(/(?=[ \n])/).flatMap(function (part) {
      var mark = /^[ \n]/.test(part) ? part[0] : "", word = part.slice(mark.length);
      var apart = extent(word) > width && Array.from(word).some(isWide);
      return (apart ? Array.from(word) : [word]).map(function (piece, i) {
        return { text: piece, mark: i ? "" : mark };
      });
    });
  }

  // Short lines for the names beside an axis; scripts without spaces break anywhere.
  function rewrap(text, width) {
    var lines = [""];
    pieces(text, width).forEach(function (piece) {
      var line = lines[lines.length - 1], last = line[line.length - 1] || "";
      // Where a line of Chinese ended there was no space.
      var joined = isWide(piece.text) && isWide(last) && !isKorean(last);
      var gap = !line || !piece.mark || (piece.mark === "\n" && joined) ? "" : " ";
      var fits = extent(line + gap + piece.text) <= width || closes(piece.text);
      if (line && !fits) lines.push(piece.text);
      else lines[lines.length - 1] = line + gap + piece.text;
    });
    return lines.join("<br>");
  }

  function rewrapAll(values) {
    if (!Array.isArray(values)) return values;
    return values.map(function (v) { return typeof v === "string" ? rewrap(v, NARROW_LINE) : v; });
  }

  function readable(font) {
    if (font && typeof font.size === "number" && font.size < SMALLEST) font.size = SMALLEST;
  }

  // A bar of colours under the plot leaves a narrow plot its width.
  function layDown(bar) {
    return Object.assign({}, bar, {
      orientation: "h", yref: "container", y: 0, yanchor: "bottom", x: 0.5, xanchor: "center",
      len: 0.9, thickness: 10, nticks: 4, ypad: 4,
      title: Object.assign({}, bar && bar.title, { side: "bottom" })
    });
  }

  // Of names none may be left out; of numbers and dates a few are enough.
  function hasNames(figure, letter) {
    return figure.data.some(function (trace) {
      return Array.isArray(trace[letter]) && trace[letter].some(isName);
    });
  }

  function isName(value) { return typeof value === "string" && /[^\d\s:TZ.+-]/.test(value); }

  function fewer(axis, most) { axis.nticks = Math.min(axis.nticks || most, most); }

  function fitAxes(figure) {
    var layout = figure.layout;
    Object.keys(layout).forEach(function (key) {
      if (!/^[xy]axis\d*$/.test(key)) return;
      var axis = layout[key];
      axis.fixedrange = true;
      axis.automargin = true;
      readable(axis.tickfont);
      if (!narrow.matches) return;
      if (!hasNames(figure, key[0])) fewer(axis, key[0] === "x" ? 5 : 7);
      if (key[0] === "x" && axis.title && axis.title.text) axis.title.text = rewrap(axis.title.text, 42);
      if (key[0] === "y") {
        axis.ticktext = rewrapAll(axis.ticktext);
        axis.categoryarray = rewrapAll(axis.categoryarray);
      }
    });
  }

  function longNamesBeside(trace) {
    return Array.isArray(trace.y) && trace.y.some(function (value) {
      return isName(value) && extent(value.split("<br>")[0]) > NARROW_LINE - 4;
    });
  }

  // Plotly shrinks the text of cells till it fits; what can't be read is better left to the table.
  function fitCells(trace, width) {
    if (!trace.texttemplate || !Array.isArray(trace.text)) return;
    var columns = Math.max.apply(null, trace.text.map(function (row) { return row.length; }));
    var longest = Math.max.apply(null, trace.text.flat().flatMap(function (text) {
      return String(text).split("<br>").map(extent);
    }));
    trace.textfont = Object.assign({}, trace.textfont, { size: SMALLEST });
    if (longest * SMALLEST * 0.62 > (width - 90) / columns) delete trace.texttemplate;
  }

  function fitNarrow(figure) {
    var layout = figure.layout, rows = 0, bars = 0, lines = 0;
    layout.font = Object.assign({}, layout.font, { size: 12 });
    layout.margin = Object.assign({}, layout.margin, { l: 4, r: 10, b: 4 });
    figure.data.forEach(function (trace) {
      if (trace.type === "heatmap") fitCells(trace, layout.width);
      if (longNamesBeside(trace)) {
        trace.y = rewrapAll(trace.y);
        lines = Math.max(lines, trace.y.reduce(function (sum, name) {
          return sum + Math.max(0, String(name).split("<br>").length - 2);
        }, 0));
      }
      if (trace.name && trace.showlegend !== false) rows += 1;
      [trace, trace.marker || {}].forEach(function (holder) {
        var scaled = holder.showscale !== false && (holder.colorbar || holder === trace && /heatmap|contour/.test(trace.type));
        if (scaled && !holder.coloraxis) { holder.colorbar = layDown(holder.colorbar); bars = 1; }
      });
    });
    if (layout.coloraxis && layout.coloraxis.showscale !== false) {
      layout.coloraxis.colorbar = layDown(layout.coloraxis.colorbar); bars = 1;
    }
    if (rows > 1 && layout.showlegend !== false) {
      layout.legend = Object.assign({}, layout.legend, {
        orientation: "h", yref: "container", y: 0, yanchor: "bottom", x: 0, xanchor: "left"
      });
    } else rows = 0;
    if (layout.height) layout.height += 14 * Math.min(rows, 6) + 58 * bars + 22 * lines;
  }

  function fitted(text, width) {
    var figure = JSON.parse(text), layout = figure.layout;
    layout.width = width;
    layout.dragmode = false;
    layout.xaxis = layout.xaxis || {};
    layout.yaxis = layout.yaxis || {};
    readable(layout.font);
    (layout.annotations || []).forEach(function (note) { readable(note.font); });
    figure.data.forEach(function (trace) { readable(trace.textfont); });
    fitAxes(figure);
    if (narrow.matches) fitNarrow(figure);
    return figure;
  }

  // Plotly leaves room for bars, not for what is written at their ends: over the names beside
  // the axis and off the figure. A wider range draws the bars shorter, till it fits.
  function giveBarTextRoom(place) {
    for (var pass = 0; pass < 3; pass += 1) {
      var axis = place._fullLayout.xaxis;
      var texts = Array.from(place.querySelectorAll(".bartext-outside"));
      if (!texts.length || axis.type !== "linear") return;
      var whole = place.getBoundingClientRect(), left = whole.left + axis._offset;
      var boxes = texts.map(function (text) { return text.getBoundingClientRect(); });
      var before = left - Math.min.apply(null, boxes.map(function (box) { return box.left; }));
      var beyond = Math.max.apply(null, boxes.map(function (box) { return box.right; })) - whole.right;
      if (before <= 0 && beyond <= 0) return;
      var step = 1.3 * (axis.range[1] - axis.range[0]) / axis._length;
      window.Plotly.relayout(place, { "xaxis.range": [
        axis.range[0] - step * Math.max(0, before), axis.range[1] + step * Math.max(0, beyond)
      ] });
    }
  }

  function draw(box, width) {
    var place = box.querySelector(".plot"), source = box.querySelector("script");
    if (!window.Plotly) {
      place.className = "broken";
      place.textContent = "This figure needs the file plotly.min.js beside this page.";
      return;
    }
    // Nothing can be drawn in a window that has been dragged almost shut.
    if (width < SLIMMEST || place.drawnFor === width) return;
    place.drawnFor = width;
    var figure = fitted(source.textContent, width);
    // Anew, since margins that fitted the old width can leave the new one no room for the plot.
    window.Plotly.purge(place);
    window.Plotly.newPlot(place, figure.data, figure.layout, { displayModeBar: false });
    giveBarTextRoom(place);
  }

  var boxes = Array.from(document.querySelectorAll(".figure"));
  function drawAll() { boxes.forEach(function (box) { draw(box, box.clientWidth); }); }

  drawAll();
  var waiting;
  window.addEventListener("resize", function () {
    window.cancelAnimationFrame(waiting);
    waiting = window.requestAnimationFrame(drawAll);
  });
  window.addEventListener("beforeprint", function () {
    boxes.forEach(function (box) { draw(box, PAPER); });
  });
  window.addEventListener("afterprint", drawAll);
  // A link to a heading was followed before the figures above it had their height.
  if (location.hash) location.replace(location.hash);
})();
