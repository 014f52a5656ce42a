// What the page listens to, and its start.
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
