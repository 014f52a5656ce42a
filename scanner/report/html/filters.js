// What filters look at, once for each secret.
data.secrets.forEach(function (s) {
  var reach = new Set(), first = "", words = [s.title, s.value, s.fp, s.rules.join(" "), s.state || "", s.account || "", s.allowed || ""];
  (s.facts || []).forEach(function (f) { words.push(f[1]); });
  s.places.forEach(function (p) {
    reach.add(p.reach || "none");
    if (p.date && (!first || p.date < first)) first = p.date;
    words.push(p.where, p.path, p.author || "", p.commit || "", p.message || "", p.refs || "");
    p.lowPath = (p.path + "\n" + p.where).toLowerCase();
    p.lowAuthor = (p.author || "").toLowerCase();
  });
  s.reach = reach.has("tip") ? "tip" : reach.has("history") ? "history" : reach.has("dangling") ? "dangling" : reach.has("unknown") ? "unknown" : "none";
  s.first = first;
  s.text = words.join("\n").toLowerCase();
});

// Filters.
var groups = [
  { id: "sev", title: "Severity", of: function (s) { return [severities[s.sev]]; }, order: severities.slice().reverse() },
  { id: "conf", title: "Confidence", of: function (s) { return [confidences[s.conf]]; }, order: ["high", "medium", "low"] },
  { id: "state", title: "Asked of the provider", of: function (s) { return [s.state || "not asked"]; }, order: ["live", "inactive", "dead", "unknown", "not-called", "not asked"], names: { "not-called": "not called" } },
  { id: "account", title: "AWS account", of: function (s) { return [s.account || "not known"]; } },
  { id: "reach", title: "Where it is", of: function (s) { return [s.reach]; }, order: ["tip", "history", "dangling", "unknown", "none"], names: reaches },
  { id: "mark", title: "Mark", of: function (s) { return [markOf(s)]; }, order: ["none", "real", "false", "fixed"], names: judgements, always: true },
  { id: "rule", title: "Rule", of: function (s) { return s.rules; } }
];
groups.forEach(function (g) {
  var n = g.tally = new Map();
  data.secrets.forEach(function (s) { g.of(s).forEach(function (v) { n.set(v, (n.get(v) || 0) + 1); }); });
  var values = g.order ? g.order.filter(function (v) { return g.always || n.has(v); }) : Array.from(n.keys()).sort();
  g.chosen = new Set();
  g.counts = new Map();
  if (values.length < 2) return;
  var box = make("div", "options");
  values.forEach(function (v) {
    var input = make("input"), tally = make("span", "n", number(n.get(v) || 0));
    input.type = "checkbox";
    input.value = v;
    input.name = g.id;
    input.addEventListener("change", function () {
      if (input.checked) g.chosen.add(v);
      else g.chosen.delete(v);
      apply();
    });
    g.counts.set(v, tally);
    box.append(make("label", "option", input, make("span", "", (g.names && g.names[v]) || v), tally));
  });
  $("groups").append(make("fieldset", "", make("legend", "", g.title), box));
});
(function authors() {
  var all = new Set();
  data.secrets.forEach(function (s) { s.places.forEach(function (p) { if (p.author) all.add(p.author); }); });
  $("author-field").hidden = !all.size;
  Array.from(all).sort().slice(0, 500).forEach(function (a) {
    var o = make("option");
    o.value = a;
    $("authors").append(o);
  });
})();

var span = null; // [first, last] day, by a bar of the time line
function has(id) { return $(id).value.trim().toLowerCase(); }
function filtered() {
  var words = has("query").split(/\s+/).filter(Boolean), path = has("path"), author = has("author");
  return data.secrets.filter(function (s) {
    return groups.every(function (g) { return !g.chosen.size || g.of(s).some(function (v) { return g.chosen.has(v); }); }) &&
      words.every(function (w) { return s.text.includes(w); }) &&
      (!span || s.first && s.first >= span[0] && s.first <= span[1]) &&
      (!path && !author || s.places.some(function (p) { return p.lowPath.includes(path) && p.lowAuthor.includes(author); }));
  });
}

function ordered(list) {
  var by = $("order").value;
  function compare(a, b) { return a < b ? -1 : a > b ? 1 : 0; }
  if (by === "path") return list.sort(function (a, b) { return compare(a.places[0].path, b.places[0].path); });
  if (by === "old") return list.sort(function (a, b) { return compare(a.first || "9", b.first || "9"); });
  if (by === "new") return list.sort(function (a, b) { return compare(b.first, a.first); });
  return list;
}
