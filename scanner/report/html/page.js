// What a scanned repository says reaches the page as text alone: make() and text nodes
// are the only ways in, and attributes that take such texts are title, value and
// aria-label.
var $ = function (id) { return document.getElementById(id); };
var data = JSON.parse($("data").textContent);
var severities = ["info", "low", "medium", "high", "critical"];
var confidences = ["", "low", "medium", "high"];
var reaches = { tip: "at a tip", history: "in history only", dangling: "dangling", unknown: "not looked for", none: "not in the history" };
var judgements = { real: "real", "false": "false", fixed: "fixed", none: "not marked" };
var slice = 200;

function make(tag, cls) {
  var e = document.createElement(tag);
  if (cls) e.className = cls;
  for (var i = 2; i < arguments.length; i++) {
    var c = arguments[i];
    if (c !== null && c !== undefined && c !== "") e.append(c);
  }
  return e;
}
// Commands stand between backquotes in steps and guidance.
function coded(tag, s) {
  var e = make(tag), parts = s.split("`");
  parts.forEach(function (p, i) {
    if (i % 2 && i < parts.length - 1) e.append(make("code", "", p));
    else e.append((i % 2 ? "`" : "") + p);
  });
  return e;
}
function number(n) { return n.toLocaleString("en-US"); }
function cut(s) { var c = Array.from(s); return c.length > 80 ? c.slice(0, 78).join("") + "…" : s; }
function count(n, noun) { return number(n) + " " + noun + (n === 1 ? "" : "s"); }
