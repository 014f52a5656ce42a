// Marks: what the person at the page judged, by fingerprint. The browser keeps them; other
// pages may have written there, so what is read is looked at.
var key = "lockaway:" + data.id, marks = new Map(), keeps = true;
function isMark(m) { return m === "real" || m === "false" || m === "fixed"; }
(function load() {
  var kept;
  try {
    kept = JSON.parse(localStorage.getItem(key) || "[]");
  } catch (e) {
    kept = [];
    keeps = e instanceof SyntaxError;
  }
  if (!Array.isArray(kept)) return;
  kept.forEach(function (k) {
    if (Array.isArray(k) && typeof k[0] === "string" && isMark(k[1])) {
      marks.set(k[0], { mark: k[1], reason: String(k[2] || ""), on: String(k[3] || "") });
    }
  });
})();
function keep() {
  var all = [];
  marks.forEach(function (m, fp) { all.push([fp, m.mark, m.reason, m.on]); });
  try {
    localStorage.setItem(key, JSON.stringify(all));
  } catch (e) {
    keeps = false;
  }
  tellKept();
}
function tellKept() {
  $("kept").hidden = keeps;
  if (!keeps) $("kept").textContent = "This browser keeps nothing for this page: export the marks before you close it.";
}
function today() {
  var d = new Date();
  return d.getFullYear() + "-" + String(d.getMonth() + 1).padStart(2, "0") + "-" + String(d.getDate()).padStart(2, "0");
}
function judge(s, mark, reason) {
  var before = marks.get(s.fp);
  if (!isMark(mark)) marks.delete(s.fp);
  else marks.set(s.fp, { mark: mark, reason: reason, on: before && before.mark === mark ? before.on : today() });
  keep();
}
function markOf(s) { var m = marks.get(s.fp); return m ? m.mark : "none"; }
