// The baseline, in the form in which lockaway writes it: one entry a line.
var why = { real: "real, to be dealt with: marked in the report", "false": "no secret: marked in the report", fixed: "fixed, opens nothing any more: marked in the report" };
function baseline() {
  var lines = [], by = $("by").value.trim();
  data.secrets.slice().sort(function (a, b) { return a.fp < b.fp ? -1 : 1; }).forEach(function (s) {
    var m = marks.get(s.fp);
    if (!m || !/^[0-9a-f]{20}$/.test(s.fp)) return;
    var e = { fingerprint: s.fp, rule: s.rules[0] };
    if (s.places[0].path && s.places[0].path.length <= 1000) e.path = s.places[0].path; // which nothing compares
    e.reason = m.reason || why[m.mark];
    e.mark = m.mark;
    if (m.mark === "real") e.reported = true;
    if (s.reach === "history" || s.reach === "dangling") e.history = true;
    if (by) e.by = by;
    if (/^\d{4}-\d\d-\d\d$/.test(m.on)) e.on = m.on;
    lines.push("\n    " + JSON.stringify(e));
  });
  $("export-count").textContent = lines.length ? count(lines.length, "mark") + " of " + count(data.secrets.length, "secret") + "." : "Nothing is marked yet: open a secret and mark it.";
  return "{\n  \"format\": \"lockaway-baseline/1\",\n  \"entries\": [" + lines.join(",") + (lines.length ? "\n  " : "") + "]\n}\n";
}
var link = "";
function offer() {
  var text = $("baseline").value = baseline();
  if (link) URL.revokeObjectURL(link);
  link = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  $("download").href = link;
}
$("export").addEventListener("click", function () { offer(); $("dialog").showModal(); });
$("by").addEventListener("input", offer);
$("close").addEventListener("click", function () { $("dialog").close(); });
$("copy").addEventListener("click", function () {
  $("baseline").select();
  document.execCommand("copy");
  $("export-count").textContent = "Copied.";
});
