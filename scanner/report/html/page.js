
(function () {
  "use strict";
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

  // Marks.
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
    { id: "state", title: "Asked of the provider", of: function (s) { return [s.state || "not asked"]; }, order: ["live", "inactive", "dead", "unknown", "not-called", "not asked"] },
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
      make("span", "head", make("h3", "", s.title), make("span", "mono", cut(s.value))), t, make("span", "where", where));
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

  // Checks of an account.
  (function checks() {
    if (!data.checks) return;
    $("checks").hidden = false;
    data.checks.forEach(function (c) {
      var bad = c.status === "fail" || c.status === "could-not-tell";
      var li = make("li", "check", bad ? make("span", "sev sev" + c.sev, severities[c.sev]) : "",
        make("span", "status", { fail: "not met", "could-not-tell": "could not be told", pass: "met", "not-applicable": "does not apply" }[c.status] || c.status),
        make("h3", "", c.id + " " + c.title), make("div", "", c.evidence));
      if (c.missing) li.append(make("div", "dim", "missing: " + c.missing));
      if (c.resources && c.resources.length) li.append(make("div", "dim", c.resources.join(", ")));
      if (c.steps && c.steps.length && bad) {
        var steps = make("ol", "steps");
        c.steps.forEach(function (x) { steps.append(coded("li", x)); });
        li.append(make("details", "", make("summary", "", "What to do"), steps));
      }
      $("check-list").append(li);
    });
  })();

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

  var wait = 0;
  ["query", "path", "author"].forEach(function (id) {
    $(id).addEventListener("input", function () { clearTimeout(wait); wait = setTimeout(apply, 120); });
  });
  $("order").addEventListener("change", apply);
  $("form").addEventListener("submit", function (e) { e.preventDefault(); apply(); });
  $("form").addEventListener("reset", function () {
    groups.forEach(function (g) { g.chosen.clear(); });
    span = null;
    unpress();
    setTimeout(apply, 0);
  });
  $("more").addEventListener("click", function () {
    var at = drawn;
    draw();
    var next = $("list").children[at];
    if (next) next.querySelector("summary").focus();
  });
  if ("IntersectionObserver" in window) {
    new IntersectionObserver(function (es) {
      if (es[0].isIntersecting && drawn < shown.length && document.activeElement !== $("more")) draw();
    }, { rootMargin: "600px" }).observe($("more-line"));
  }
  // On paper everything that fits the filters is there, opened, as far as that is sane.
  var opened = [];
  addEventListener("beforeprint", function () {
    while (drawn < shown.length && drawn < 1000) draw();
    opened = Array.from($("list").querySelectorAll(".item > details:not([open])"));
    opened.forEach(function (d) { d.fill(); d.open = true; });
  });
  addEventListener("afterprint", function () { opened.forEach(function (d) { d.open = false; }); });

  tellKept();
  timeline();
  if (data.secrets.length < 2) $("filters").hidden = true;
  if (!data.secrets.length) {
    $("export").hidden = true;
    $("secrets").hidden = Boolean(data.checks);
  }
  if (matchMedia("(max-width: 760px)").matches) $("fold").open = false;
  $("page").hidden = false;
  apply();
  tallyMarks();
})();
