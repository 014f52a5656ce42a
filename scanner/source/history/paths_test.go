package history

import (
	"fmt"
	"slices"
	"testing"
)

// Each path counts once, whether it is listed or not, and the first commit's stands
// first, however late that one is come across.
func TestPathsAreCounted(t *testing.T) {
	room := &room{}
	room.left.Store(1 << 30)
	var l pathList
	for round := range 3 {
		for i := range 2500 {
			l.add(fmt.Sprint("p", i), room)
		}
		if paths, more := l.listed(); len(paths) != maxPaths || more != 1500 || paths[0] != "p0" {
			t.Fatalf("round %d: %d and %d paths", round, len(paths), more)
		}
	}
	for _, path := range []string{"p2000", "p5", "new", "p2000"} {
		l.first(path, room)
		if paths, more := l.listed(); paths[0] != path || len(paths) != maxPaths || more+len(paths) < 2500 {
			t.Errorf("%s: %q is first of %d, and %d more", path, paths[0], len(paths), more)
		}
	}
	paths, more := l.listed()
	if len(paths)+more != 2501 {
		t.Errorf("%d and %d paths, want 2501", len(paths), more)
	}
	slices.Sort(paths)
	if n := len(slices.Compact(paths)); n != maxPaths {
		t.Errorf("%d different ones are listed", n)
	}

	var few pathList
	few.add("b", room)
	few.first("a", room)
	few.add("a", room)
	few.first("b", room)
	if paths, more := few.listed(); !slices.Equal(paths, []string{"b", "a"}) || more != 0 {
		t.Errorf("%q, and %d more", paths, more)
	}
	if paths, more := cutPaths([]string{"c", "a", "c", "b"}); !slices.Equal(paths, []string{"a", "b", "c"}) || more != 0 {
		t.Errorf("%q, and %d more", paths, more)
	}
}
