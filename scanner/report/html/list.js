// The list, in slices.
var shown = [], drawn = 0;
function apply() {
  shown = ordered(filtered());
  drawn = 0;
  $("list").replaceChildren();
  draw();
  var all = data.secrets.length;
  $("count").textContent = shown.length === all ? count(all, "secret") : number(shown.length) + " of " + count(all, "secret");
  if (!shown.length) $("list").append(make("li", "empty", all ? "Nothing fits these filters." : "No secret was found in what could be read."));
}
function draw() {
  var to = Math.min(shown.length, drawn + slice), part = document.createDocumentFragment();
  for (; drawn < to; drawn++) part.append(item(shown[drawn]));
  $("list").append(part);
  $("more-line").hidden = drawn === shown.length;
  $("more").textContent = "Show " + number(Math.min(slice, shown.length - drawn)) + " more of " + number(shown.length - drawn);
}
function tags(s) {
  var t = make("span", "tags");
  if (s.state) t.append(make("span", s.state === "live" ? "tag live" : "tag", s.state.replace("-", " ")));
  if (s.reach !== "none") t.append(make("span", "tag", reaches[s.reach]));
  if (s.allowed) t.append(make("span", "tag", "allowed"));
  if (markOf(s) !== "none") t.append(make("span", "tag mark", "marked " + judgements[markOf(s)]));
  return t;
}
function item(s) {
  var p = s.places[0], n = s.places.length + (s.more || 0);
  var where = p.where + (n > 1 ? " and " + count(n - 1, "more place") : "") + (s.first ? ", since " + s.first : "") + (p.author ? ", by " + p.author : "");
  var t = tags(s), summary = make("summary", "",
    make("span", "sev sev" + s.sev, severities[s.sev]),
    make("span", "head", make("h3", "", s.title), make("span", "mono", cut(s.value)), s.owner ? make("span", "owner", s.owner) : ""), t, make("span", "where", where));
  var d = make("details", "", summary);
  d.addEventListener("toggle", function () { fill(s, d, t); });
  d.fill = function () { fill(s, d, t); };
  return make("li", "item", d);
}
function fill(s, d, t) {
  if (d.filled) return;
  d.filled = true;
  d.append(body(s, function () { t.replaceChildren.apply(t, Array.from(tags(s).childNodes)); }));
}
function body(s, changed) {
  var b = make("div", "body"), facts = make("dl");
  b.append(judging(s, changed));
  function fact(label, text) { facts.append(make("dt", "", label), make("dd", "", text)); }
  fact("rule", s.rules.join(", ") + ", " + confidences[s.conf] + " confidence");
  (s.facts || []).forEach(function (f) { fact(f[0], f[1]); });
  if (s.allowed) fact("allowed", s.allowed);
  if (cut(s.value) !== s.value) fact("value", make("code", "", s.value));
  if (s.len) fact("length", count(s.len, "byte"));
  fact("fingerprint", make("code", "", s.fp));
  b.append(facts, make("h4", "", s.first ? "Where it came in, and when" : "Where it stands"), places(s));
  if (s.steps >= 0) {
    var steps = make("ol", "steps");
    data.steps[s.steps].forEach(function (x) { steps.append(coded("li", x)); });
    b.append(make("h4", "", "What to do"), steps);
  }
  if (s.guidance) {
    var list = make("ul", "steps");
    s.guidance.forEach(function (i) {
      var g = data.guidance[i], li = make("li", "", make("strong", "", g.id + " " + g.title), " ");
      li.append(coded("span", g.advice));
      list.append(li);
    });
    b.append(make("h4", "", "What the guidance says"), list);
  }
  return b;
}
function places(s) {
  var list = make("ol", "places");
  s.places.slice().sort(function (a, b) { return (a.date || "9") < (b.date || "9") ? -1 : (a.date || "9") > (b.date || "9") ? 1 : 0; }).forEach(function (p) {
    var li = make("li", p.reach === "tip" ? "tip" : "");
    li.append(p.date ? make("span", "when", p.date) : "", make("strong", "", p.where));
    if (p.reach) li.append(" ", make("span", "tag", reaches[p.reach]));
    if (p.allowed) li.append(" ", make("span", "tag", "allowed " + p.allowed));
    var from = [];
    if (p.commit) from.push("commit " + p.commit.slice(0, 10));
    if (p.author) from.push("by " + p.author);
    if (p.message) from.push("“" + p.message + "”");
    if (from.length) li.append(make("div", "dim", from.join(", ")));
    var more = (p.notes || []).slice();
    if (p.refs) more.push("reached by " + p.refs);
    if (more.length) li.append(make("div", "dim", more.join("; ")));
    if (p.lines) li.append(excerpt(p.lines));
    list.append(li);
  });
  if (s.more) list.append(make("li", "dim", "and " + count(s.more, "more place") + ", which the JSON report names"));
  return list;
}
function excerpt(lines) {
  var pre = make("pre");
  lines.forEach(function (l, i) {
    if (i) pre.append("\n");
    pre.append(make("span", "no", String(l.n)));
    l.t.forEach(function (t, j) { pre.append(j % 2 ? make("mark", "", t) : t); });
  });
  return pre;
}
function judging(s, changed) {
  var box = make("fieldset", "judge", make("legend", "", "Mark it")), reason = make("input"), old = marks.get(s.fp);
  var mark = markOf(s);
  ["real", "false", "fixed", "none"].forEach(function (m) {
    var input = make("input");
    input.type = "radio";
    input.name = "mark-" + s.fp;
    input.value = m;
    input.checked = m === mark;
    input.addEventListener("change", function () { mark = m; save(); });
    box.append(make("label", "", input, { real: "Real", "false": "False alarm", fixed: "Fixed", none: "None" }[m]));
  });
  reason.maxLength = 1000;
  reason.value = old ? old.reason : "";
  reason.addEventListener("change", save);
  box.append(make("label", "reason", "Reason", reason));
  function save() {
    judge(s, mark, reason.value.trim());
    tallyMarks();
    changed();
  }
  return box;
}
function tallyMarks() {
  var g = groups.find(function (x) { return x.id === "mark"; }), n = {};
  data.secrets.forEach(function (s) { n[markOf(s)] = (n[markOf(s)] || 0) + 1; });
  g.counts.forEach(function (e, v) { e.textContent = number(n[v] || 0); });
}
