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
