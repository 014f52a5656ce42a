// The time line.
function timeline() {
  var dated = data.secrets.filter(function (s) { return s.first; });
  if (!dated.length) return;
  var days = dated.map(function (s) { return s.first; }).sort(), first = days[0], last = days[days.length - 1];
  var months = (last.slice(0, 4) - first.slice(0, 4)) * 12 + (last.slice(5, 7) - first.slice(5, 7)) + 1;
  var digits = months > 72 ? 4 : months > 2 ? 7 : 10, buckets = new Map();
  for (var t = new Date(first.slice(0, digits) + "-01-01".slice(digits - 4) + "T00:00:00Z"), i = 0; i < 400; i++) {
    var name = t.toISOString().slice(0, digits);
    if (name > last) break;
    buckets.set(name, [0, 0]);
    if (digits === 4) t.setUTCFullYear(t.getUTCFullYear() + 1);
    else if (digits === 7) t.setUTCMonth(t.getUTCMonth() + 1);
    else t.setUTCDate(t.getUTCDate() + 1);
  }
  var most = 1;
  dated.forEach(function (s) {
    var b = buckets.get(s.first.slice(0, digits));
    if (!b) return;
    b[s.reach === "tip" ? 0 : 1]++;
    most = Math.max(most, b[0] + b[1]);
  });
  buckets.forEach(function (b, name) {
    var button = make("button"), n = b[0] + b[1], label = name + ": " + count(n, "secret") + ", " + number(b[0]) + " still at a tip";
    button.type = "button";
    button.title = label;
    button.setAttribute("aria-label", label);
    button.disabled = !n;
    if (n) button.setAttribute("aria-pressed", "false");
    [[b[1], "past"], [b[0], "tip"]].forEach(function (x) {
      if (!x[0]) return;
      var bar = make("i", x[1]);
      bar.style.height = Math.max(3, Math.round(60 * x[0] / most)) + "px";
      button.append(bar);
    });
    button.addEventListener("click", function () {
      var on = button.getAttribute("aria-pressed") !== "true";
      unpress();
      button.setAttribute("aria-pressed", String(on));
      span = on ? [name, name + "~"] : null;
      apply();
    });
    $("bars").append(button);
  });
  var names = Array.from(buckets.keys());
  $("bars").parentNode.style.maxWidth = names.length * 46 + 4 + "px";
  $("bars").after(make("p", "scale", make("span", "", names[0]), names.length > 1 ? make("span", "", names[names.length - 1]) : ""));
  var without = data.secrets.length - dated.length;
  if (without) $("undated").textContent = "· " + count(without, "secret") + " without a date";
  $("time").hidden = false;
}
function unpress() {
  $("bars").querySelectorAll("[aria-pressed=true]").forEach(function (b) { b.setAttribute("aria-pressed", "false"); });
}
